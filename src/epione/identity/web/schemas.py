"""What the API of identity says and hears."""

from uuid import UUID

from ninja import Field, Schema


class Registration(Schema):
    """A request for an account."""

    username: str = Field(min_length=3, max_length=150)
    email: str = Field(max_length=254)
    password: str = Field(max_length=4096)
    role: str
    practice: UUID | None = Field(None, description="Needed when several practices live here.")


class Account(Schema):
    """An account; its password is never said."""

    id: UUID
    username: str
    email: str
    name: str
    roles: list[str]
    status: str
    practice_id: UUID


class TokenPair(Schema):
    """Tokens of a sign-in. The access token lives an hour; each refresh token is usable once, within a week."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105 -- the kind of token, as OAuth names it
    expires_in: int
    refresh_token: str
    refresh_expires_in: int


class Refresh(Schema):
    """A refresh token."""

    refresh_token: str = Field(max_length=200)


class Me(Schema):
    """Who the caller is, and what she may do."""

    id: UUID
    name: str
    kind: str
    practice_id: UUID
    roles: list[str]
    scopes: list[str]
    break_glass: bool
