"""What people type when they join, log in and change their password, checked once."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from app.accounts import passwords
from app.web.input import Line

# Names that belong to pages, to the house or to nobody. The addresses of people have a prefix of their own (/u/ada),
# so a new page needs no new entry; these are names that would mislead.
_LISTED_NAMES = """
about abuse account accounts admin administrator all anonymous api app assets audit billing blog bot check confirm
contact create creation creations credits dashboard delete deleted docs drafts edit explore feed forgot guest
healthz help home image images info kinora ledger legal live local login logout mail me media metrics mod moderator
new news nobody null official optimise owner p password post posts press privacy profile publish readyz records
register remix report reset root sample samples search security sessions settings signin signup staff static status
studio support system team terms theme u undefined unpublish upload user username users video videos webmaster
you
"""
RESERVED = frozenset(_LISTED_NAMES.split())
_USERNAME = re.compile(r"[a-z0-9_]{3,30}")
_ATOM = r"[^\s@<>\"(),:;\[\]\\]"
_EMAIL = re.compile(rf"{_ATOM}{{1,64}}@{_ATOM}+\.{_ATOM}{{2,}}")


def normal_name(typed: str) -> str:
    """A user name or e-mail address as it is kept and compared."""
    return typed.strip().casefold()


def _username(typed: str) -> str:
    name = normal_name(typed)
    if not _USERNAME.fullmatch(name):
        raise ValueError("Use 3 to 30 of the letters a to z, figures and _.")
    if name in RESERVED:
        raise ValueError("This name is reserved. Choose another.")
    return name


def _email(typed: str) -> str:
    address = normal_name(typed)
    if len(address) > 254 or not _EMAIL.fullmatch(address) or ".." in address or "@." in address or address[-1] == ".":
        raise ValueError("This does not look like an e-mail address.")
    return address


class _Form(BaseModel):
    # Fields that pages add around ours (the token, `next`) are not the use case's business.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class SignUpForm(_Form):
    """Joining. Whether name and address are free is the database's to say."""

    username: Annotated[Line, Field(max_length=100), AfterValidator(_username)]
    email: Annotated[Line, Field(max_length=300), AfterValidator(_email)]
    password: Annotated[str, Field(repr=False)]

    @field_validator("password")
    @classmethod
    def _good(cls, password: str, info: ValidationInfo) -> str:
        typed = info.data
        if wrong := passwords.problem(password, username=typed.get("username", ""), email=typed.get("email", "")):
            raise ValueError(wrong)
        return password


class LogInForm(_Form):
    """Logging in, by user name or e-mail address."""

    username: Annotated[Line, Field(max_length=300), AfterValidator(normal_name)] = ""
    password: Annotated[str, Field(repr=False)] = ""


class ChangePasswordForm(_Form):
    """A new password for somebody who knows the old one."""

    current_password: Annotated[str, Field(repr=False)] = ""
    new_password: Annotated[str, Field(repr=False)] = ""
