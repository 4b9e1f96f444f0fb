"""Lists of models as files: what is read, what is refused and where, and what a file would change (PRV-04)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.catalogue import loading, store
from app.catalogue.differing import Difference
from app.errors import Conflict, Invalid
from tests.catalogue.samples import IMAGE, VIDEO, fresh, known

pytestmark = pytest.mark.usefixtures("inside")
NEW = fresh().facts()


def data(*rows: Any) -> bytes:
    return json.dumps(rows).encode()


def refused(given: bytes) -> dict[str, str]:
    """Where and with which words a file is refused."""
    with pytest.raises(Invalid) as error:
        loading.read(given)
    return error.value.errors


def test_what_is_written_down_reads_as_the_same_list():
    store.put([known(usd=0.5), fresh(note="Ünïcode")], actor_id=None)
    models = [one.model for one in store.listings()]
    text = loading.dump(models)
    assert [entry.model() for entry in loading.read(text.encode())] == models
    assert len(text.splitlines()) == len(models) + 2
    assert loading.plan(loading.read(text.encode())).steps == ()


def test_a_plan_says_what_is_new_and_what_changes_and_nothing_is_changed_by_it():
    plan = loading.plan(loading.read(data(known(usd=0.5).facts(), known(IMAGE).facts(), NEW)))
    first, second = plan.steps
    assert (first.name, first.is_new, first.differences) == (VIDEO, False, (Difference("usd", "0.07", "0.5"),))
    assert (second.name, second.is_new) == ("local/another", True)
    assert Difference("label", "–", "Another") in second.differences
    assert plan.seen == {VIDEO: known().version, IMAGE: known(IMAGE).version, "local/another": ""}
    assert store.find("local", "another") is None


def test_a_plan_is_another_one_once_somebody_changes_a_model_or_the_file():
    entries = loading.read(data(known(usd=0.5).facts()))
    plan = loading.plan(entries)
    assert loading.plan(entries).version == plan.version
    assert loading.plan(loading.read(data(known(usd=0.6).facts()))).version != plan.version
    store.put([known(usd=1)], actor_id=None)
    assert loading.plan(entries).version != plan.version
    with pytest.raises(Conflict):
        store.put(entries, actor_id=None, seen=plan.seen)


BROKEN = [
    (b"", "This is no JSON: Expecting value in line 1."),
    (b'[\n{"a": }]', "This is no JSON: Expecting value in line 2."),
    (b"\xff\xfe[]", "This is no text in UTF-8."),
    (b"{}", "This must be a list of models, as the one that can be downloaded here."),
    (b"[]", "This must be a list of models, as the one that can be downloaded here."),
    (b"[1]", "Each model of the list must be an object."),
    (b"[null]", "Each model of the list must be an object."),
    (b"[NaN]", "This JSON cannot be read."),
    (b"[" * 100_000, "This JSON cannot be read."),
    (b"[" + b"9" * 5_000 + b"]", "This JSON cannot be read."),
    (b'[{"usd": 1, "usd": 2}]', "usd stands twice in one object."),
    (b"[" + b" " * 256_000 + b"]", "This is larger than 256 kB."),
    (b"[" + b"{}," * 500 + b"{}]", "These are 501 models; 500 are the most."),
]


@pytest.mark.parametrize(("given", "words"), BROKEN, ids=[one[1][:30] for one in BROKEN])
def test_what_is_no_list_of_models_is_refused(given: bytes, words: str):
    assert refused(given) == {"file": words}


def test_every_entry_and_field_that_does_not_fit_is_named():
    errors = refused(data(NEW, NEW | {"id": "two", "usd": -1, "speed": 3}, {"provider": "local"}, NEW | {"kind": 7}))
    assert errors == {
        "entry 2 (local/two), usd": "The least is 0.0.",
        "entry 2 (local/two), speed": "There is no such field.",
        "entry 3 (local), id": "Fill this in.",
        "entry 3 (local), label": "Fill this in.",
        "entry 3 (local), kind": "Fill this in.",
        "entry 4 (local/another), kind": "Choose one of 'image', 'video' or 'text'.",
    }


def test_entries_that_do_not_go_together_or_with_this_house_are_named():
    film = known().facts()
    errors = refused(
        data(
            NEW,
            NEW,
            NEW | {"provider": "acme"},
            NEW | {"id": "two", "fallback": "local/none"},
            NEW | {"id": "three", "fallback": VIDEO},
            film | {"id": "gemini-3.1-flash-image"},
        )
    )
    kind = "This is one of kind image, and a model keeps its kind."
    assert errors.pop("entry 3 (acme/another), provider").startswith("There is no adapter of this name. There are ")
    assert errors == {
        "entry 2 (local/another), id": "This is the same model as entry 1.",
        "entry 4 (local/two), fallback": "There is no image model of this name.",
        "entry 5 (local/three), fallback": "There is no image model of this name.",
        f"entry 6 ({IMAGE}), kind": kind,
    }


def test_a_fallback_may_come_along_in_the_same_file():
    first, second = loading.read(data(NEW | {"fallback": "local/two"}, NEW | {"id": "two"}))
    assert (first.fallback, second.name) == ("local/two", "local/two")


def test_of_very_many_errors_the_first_are_told():
    assert len(refused(data(*[{}] * 100))) == 20


def test_a_name_that_no_page_can_show_is_refused_in_words_that_one_can():
    errors = refused(b'[{"provider": "\\ud800", "id": "x"}]')
    assert "\n".join(errors).encode()
    assert "This text holds characters that cannot be stored." in errors.values()
