"""Rules of identity without a database: roles, scopes, registries of professionals."""
