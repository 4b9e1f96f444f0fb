"""The list of requirements: whole, without gaps, and naming only tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINES = (ROOT / "docs" / "REQUIREMENTS.md").read_text().splitlines()
CELLS = [[cell.strip() for cell in line.strip("|").split("|")] for line in LINES if line.startswith("|")]
CONTENTS = [cells for cells in CELLS if len(cells) == 2 and " to " in cells[1]]
ROWS = [cells for cells in CELLS if len(cells) != 2 and cells[0] != "Id" and set(cells[0]) != {"-"}]
RANGE = re.compile(r"([A-Z]{2,3})-01 to \1-(\d\d)")
ID = re.compile(r"[A-Z]{2,3}-\d\d")
TEST = re.compile(r"`(tests/[a-z_/]+\.py)::(test_[a-z0-9_]+)`")
MOST_WORDS = 5


@cache
def known_in(path: str) -> frozenset[str]:
    """The names of the tests in a file, those in classes included; none when there is no such file."""
    file = ROOT / path
    tree = ast.parse(file.read_text()) if file.is_file() else ast.Module([], [])
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_id_of_the_contents_has_one_row() -> None:
    promised = []
    for _, ids in CONTENTS:
        found = RANGE.fullmatch(ids)
        assert found, ids
        promised += [f"{found[1]}-{number:02}" for number in range(1, int(found[2]) + 1)]
    assert promised
    assert [row[0] for row in ROWS] == promised
    assert len(promised) == len(set(promised))


def test_every_section_of_the_contents_has_its_heading() -> None:
    assert [line.removeprefix("## ") for line in LINES if line.startswith("## ")] == [title for title, _ in CONTENTS]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_says_what_is_needed_and_what_shows_it(row: list[str]) -> None:
    assert len(row) == 3
    assert all(row)
    assert ID.fullmatch(row[0])
    assert row[1].endswith(".")
    shown = row[2]
    if shown.startswith("not yet"):
        missing = re.fullmatch(r"not yet(?: \(([^()]+)\))?", shown)
        words = missing[1] or "" if missing else None
    elif shown.startswith("in part: "):
        named, _, words = shown.removeprefix("in part: ").partition("; missing ")
        assert words
        shown = named
    else:
        words = ""
    assert words is not None
    assert len(words.split()) <= MOST_WORDS, words
    assert shown.startswith("not yet") or all(TEST.fullmatch(name) for name in shown.split(", ")), shown


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_test_that_is_named_exists(row: list[str]) -> None:
    named = TEST.findall(row[2])
    assert len(named) == row[2].count("::")
    assert not [f"{path}::{test}" for path, test in named if test not in known_in(path)]
