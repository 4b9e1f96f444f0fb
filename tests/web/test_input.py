"""Text as people send it."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

from app.errors import Invalid
from app.web.input import Line, Text, clean_text, read


class Brief(BaseModel):
    prompt: Annotated[Text, Field(min_length=1, max_length=10)]
    title: Line = ""
    kind: Literal["image", "video"] = "image"
    count: Annotated[int, Field(ge=1, le=5)] = 1


def test_text_is_trimmed_composed_and_free_of_control_characters():
    assert clean_text("  e\u0301\tx\x07\r\ny\u2028z\x1b ") == "é x\ny\nz"
    assert clean_text("a\r\nb", lines=False) == "a b"


@pytest.mark.parametrize("bad", ["a\0b", "a\ud800", "\udfff", None, 7, b"x"])
def test_what_no_database_can_keep_is_refused(bad):
    with pytest.raises(ValueError, match=r"characters|text"):
        clean_text(bad)


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({}, "prompt", "Fill this in."),
        ({"prompt": "  \n "}, "prompt", "Fill this in."),
        ({"prompt": "x" * 11}, "prompt", "Use at most 10 characters."),
        ({"prompt": "x\0"}, "prompt", "This text holds characters that cannot be stored."),
        ({"prompt": "x", "kind": "sound"}, "kind", "Choose one of 'image' or 'video'."),
        ({"prompt": "x", "count": "9"}, "count", "The most is 5."),
        ({"prompt": "x", "count": "NaN"}, "count", "This must be a whole number."),
        ({"prompt": "x", "count": "1" * 5000}, "count", "This must be a whole number."),
    ],
)
def test_a_field_that_breaks_a_rule_gets_one_sentence(values, field, words):
    with pytest.raises(Invalid) as caught:
        read(Brief, values)
    assert caught.value.errors == {field: words}


def test_lengths_count_after_trimming():
    assert read(Brief, {"prompt": f"  {'x' * 10}  "}).prompt == "x" * 10


def test_an_address_with_nul_in_it_is_a_400(nobody):
    assert nobody.get("/explore%00").status_code == 400
    assert nobody.get("/explore?q=%00").status_code == 400
