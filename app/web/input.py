"""Text as people send it: one normal form, no control characters, and errors as one sentence a field."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from flask import Flask, request
from pydantic import BaseModel, BeforeValidator, ValidationError
from pydantic_core import ErrorDetails

from app.errors import Invalid, KinoraError

Model = TypeVar("Model", bound=BaseModel)

_BREAKS = str.maketrans({"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})
CONTRADICTION = "contradiction"
"""The type of a model's own error about fields that do not go together; its context has their sentences as "fields"."""
_UNREADABLE = "This text holds characters that cannot be stored."

_EMPTY = "Fill this in."
_WHOLE, _NUMBER, _DAY = (
    "This must be a whole number.",
    "This must be a number, such as 2 or 1.5.",
    "Write a day as 2026-12-31.",
)
_SENTENCES = {
    "value_error": "{error}",
    "missing": _EMPTY,
    "greater_than": "This must be more than {gt}.",
    "greater_than_equal": "The least is {ge}.",
    "less_than_equal": "The most is {le}.",
    "enum": "Choose one of {expected}.",
    "literal_error": "Choose one of {expected}.",
    "extra_forbidden": "There is no such field.",
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), _WHOLE),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), _NUMBER),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"), _DAY),
}


class Unreadable(KinoraError):
    """The address itself cannot be read."""

    status = 400
    code = "unreadable"
    sentence = "This address holds characters that mean nothing here."


def init_app(app: Flask) -> None:
    """Refuse addresses with NUL in them, which PostgreSQL cannot even be asked about."""

    @app.before_request
    def refuse_nul() -> None:
        if "\0" in request.path or "%00" in request.query_string.decode("latin-1"):
            raise Unreadable


def clean_text(value: object, *, lines: bool = True) -> str:
    """Trimmed text in NFC, without control characters but (when `lines`) newlines. Lengths are counted after this.

    Raises ValueError for NUL and lone surrogates, which no database takes.
    """
    if not isinstance(value, str):
        raise ValueError("This must be text.")
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError(_UNREADABLE)
    text = unicodedata.normalize("NFC", value).replace("\r\n", "\n").translate(_BREAKS).replace("\t", " ")
    kept = "\n" if lines else ""
    text = text if lines else text.replace("\n", " ")
    return "".join(c for c in text if c in kept or unicodedata.category(c) != "Cc").strip()


def field(values: Mapping[str, str], name: str, *, lines: bool = True) -> str:
    """One field of a form or an address, as `clean_text` leaves it; empty when it was not sent. Raises Invalid."""
    try:
        return clean_text(values.get(name, ""), lines=lines)
    except ValueError as error:
        raise Invalid({name: str(error)}) from None


def _line(value: object) -> str:
    return clean_text(value, lines=False)


Text = Annotated[str, BeforeValidator(clean_text)]
"""A field of several lines."""
Line = Annotated[str, BeforeValidator(_line)]
"""A field of one line."""


def read(model: type[Model], values: Mapping[str, Any]) -> Model:
    """Turn a form or a JSON object into the use case's model. Raises Invalid with one sentence a field."""
    try:
        return model.model_validate({key: values[key] for key in values if isinstance(key, str)})
    except ValidationError as error:
        raise Invalid(_sentences(error.errors(include_url=False, include_input=False))) from None


def _sentences(details: list[ErrorDetails]) -> dict[str, str]:
    errors: dict[str, str] = {}
    for detail in details:
        if detail["type"] == CONTRADICTION:
            errors |= detail["ctx"]["fields"]
            continue
        errors.setdefault(str(detail["loc"][0]) if detail["loc"] else "", _sentence(detail))
    return errors


def _sentence(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        # Behind a validator of ours Pydantic no longer knows that the value is text, and names the error otherwise.
        case "string_too_short" | "too_short" if context["min_length"] == 1:
            return _EMPTY
        case "string_too_short" | "too_short":
            return f"Use at least {context['min_length']} characters."
        case "string_too_long" | "too_long":
            return f"Use at most {context['max_length']} characters."
        case known:
            return _SENTENCES.get(known, "This is not something that fits here.").format(**context)
