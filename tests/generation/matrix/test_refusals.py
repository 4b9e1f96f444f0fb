"""Whoever is declined is told why: what a provider says of it is kept with the creation, beside the refund."""

import pytest

from app.generation.refusals import refusal_of
from app.providers import errors
from app.providers.errors import Rule
from tests.engine import ask, settle


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (
            errors.Blocked("raw", stage="output", rule=Rule.PEOPLE, said="No real people."),
            {"stage": "output", "rule": "people", "said": "No real people."},
        ),
        (errors.Blocked("raw"), {"stage": "prompt", "rule": "policy"}),
        (errors.NoOutput("raw", said="I would rather not."), {"stage": "output", "said": "I would rather not."}),
        (errors.InvalidRequest("raw", field="duration"), {"stage": "prompt", "field": "duration"}),
        (errors.Failed("raw", said="Sorry."), None),
        (OSError("disk"), None),
    ],
)
def test_a_refusal_is_what_the_error_tells_and_nothing_raw(error, kept):
    assert refusal_of(error) == kept


@pytest.mark.parametrize(
    ("kind", "fault", "code", "stage"),
    [
        ("image", "blocked", "blocked", "prompt"),
        ("image", "blocked-output", "blocked", "output"),
        ("image", "words", "no_output", "output"),
        ("image", "400", "rejected", "prompt"),
        ("video", "400", "rejected", "prompt"),
    ],
)
def test_declined_while_asking_it_is_refunded_with_the_reason_kept(google, ada, failed, kind, fault, code, stage):
    """ERR-01, ERR-02"""
    google.script("image" if kind == "image" else "create", fault)
    creation = ask(ada.id, kind=kind)
    settle(creation)
    kept = failed(creation, code).refusal
    assert kept["stage"] == stage
    assert ("rule" in kept) == (code == "blocked")


@pytest.mark.parametrize(
    ("outcome", "code"), [("blocked", "blocked"), ("blocked-step", "blocked"), ("empty", "no_output")]
)
def test_declined_while_it_was_made_it_is_refunded_with_the_reason_kept(google, ada, failed, outcome, code):
    """JOB-10, ERR-02"""
    creation = ask(ada.id, kind="video", prompt=f"Kelp [[{outcome}]]")
    settle(creation)
    kept = failed(creation, code).refusal
    assert kept["stage"] == "output"
    assert ("rule" in kept) == (code == "blocked")


def test_what_broke_for_another_reason_has_no_refusal(google, ada, failed):
    creation = ask(ada.id, kind="video", prompt="Kelp [[failed]]")
    settle(creation)
    assert failed(creation, "provider_error").refusal is None
