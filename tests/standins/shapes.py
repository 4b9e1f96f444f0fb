"""Checking JSON against a shape, field by field, with words for what is wrong.

A shape is a type; a tuple of the values allowed; a list holding the one shape of its elements; a mapping from field
names to shapes (a name that ends in "?" may be absent, a name that is not listed may not be there); or a function that
returns what is wrong with a value, or None.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Shape = Any


def problems(value: Any, shape: Shape, where: str = "body") -> Iterator[str]:
    """Everything in which `value` is not of the shape."""
    if isinstance(shape, Mapping):
        yield from _in_object(value, shape, where)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{where}: expected a list, got {value!r:.80}"
        else:
            for index, one in enumerate(value):
                yield from problems(one, shape[0], f"{where}[{index}]")
    elif isinstance(shape, tuple):
        if value not in shape:
            yield f"{where}: {value!r:.80} is none of {', '.join(map(str, shape))}"
    elif isinstance(shape, type):
        # In Python a bool is an int; in JSON it is not a number.
        if not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
            yield f"{where}: expected {shape.__name__}, got {value!r:.80}"
    elif (wrong := shape(value)) is not None:
        yield f"{where}: {wrong}"


def base64_text(value: Any) -> str | None:
    """A shape: base64 in either alphabet, not empty."""
    if not isinstance(value, str) or not value:
        return "expected base64 text"
    try:
        base64.b64decode(value.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error as error:
        return f"broken base64: {error}"
    return None


def one_of(*shapes: Mapping[str, Shape]) -> Callable[[Any], str | None]:
    """A shape: an object that is of at least one of these."""

    def check(value: Any) -> str | None:
        tries = [list(problems(value, shape, "")) for shape in shapes]
        return None if not all(tries) else min(tries, key=len)[0]

    return check


def _in_object(value: Any, shape: Mapping[str, Shape], where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: expected an object, got {value!r:.80}"
        return
    known = {name.removesuffix("?"): one for name, one in shape.items()}
    for name in value.keys() - known.keys():
        yield f"{where}: unknown field {name!r}"
    for name, one in shape.items():
        if name in value or name.removesuffix("?") in value:
            yield from problems(value[name.removesuffix("?")], one, f"{where}.{name.removesuffix('?')}")
        elif not name.endswith("?"):
            yield f"{where}: {name!r} is missing"
