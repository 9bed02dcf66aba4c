"""The French nomenclature of medical acts (CCAM): reading, search and pricing, as plain values."""
