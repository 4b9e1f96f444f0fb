"""Asking for a model that is gone or interrupted: its fallback makes it, at the price that was shown.

PRV-04, PRV-09
"""

import uuid

import pytest

from app.catalogue import choosing
from app.catalogue import store as models
from app.catalogue.entries import Entry
from app.creations import wording
from app.errors import Busy, Invalid
from app.extensions import db
from app.generation import admission, breakers, orders, quotes, starting
from app.providers.base import Kind
from app.providers.errors import OutOfFunds
from app.settings import store
from tests.database.books import broken, entries
from tests.engine import IMAGE, VIDEO, ask, row, settle

PRO, FLASH = "gemini-3-pro-image", "gemini-3.1-flash-image"
OLD, NEW = "gemini-omni-1.2-flash", "gemini-omni-1.1-flash"


@pytest.fixture(autouse=True)
def _context(google, pushed):
    """Everything here happens in the application, with Google as the provider."""


def set_model(id: str, **facts) -> None:
    """Change a model's entry."""
    found = models.find("google", id)
    models.put([Entry.model_validate(Entry.of(found).model_dump() | facts)], actor_id=None)


def start(user_id: uuid.UUID, quote: str = "", **fields: str):
    """Ask as a form would that was shown this quote."""
    values = (VIDEO if fields.get("kind") == "video" else IMAGE) | fields
    db.session.remove()
    order = orders.read(values)
    return row(starting.start(user_id, order, key=uuid.uuid4().hex, quote=quote).creation_id)


def shown(model: str, credits: int, kind: str = "image", duration=None, resolution=None) -> str:
    """A quote."""
    return quotes.sign(quotes.Options(kind, "google", model, duration, resolution), credits)


def interrupt(*names: str) -> None:
    """Open the breakers of these models."""
    for name in names:
        for _ in range(breakers.ERRORS):
            breakers.failed(f"google/{name}", "500")


@pytest.mark.parametrize("quoted", [True, False])
def test_a_chosen_model_that_is_gone_is_made_by_its_fallback_at_its_own_price(google, ada, quoted):
    models.retire("google", PRO, "404")
    made = start(ada.id, shown(PRO, 10) if quoted else "", model=f"google/{PRO}")
    assert (made.model, made.asked_model, made.credit_cost) == (FLASH, f"google/{PRO}", 10)
    assert made.price["model"] == PRO
    assert entries(made.id) == [("image_generation", -10)]
    assert settle(made.id).state == "draft"
    assert google.accepted == {IMAGE["prompt"]: 1}
    assert broken() == {}


def test_a_preset_model_that_is_gone_is_replaced_where_it_is_shown_and_made(google, ada):
    store.change({"image_model": PRO}, actor_id=None)
    assert choosing.model_for("image").id == PRO
    models.retire("google", PRO, "404")
    assert choosing.model_for("image").id == FLASH
    made = start(ada.id, shown(FLASH, 5))
    assert (made.model, made.asked_model, made.credit_cost) == (FLASH, None, 5)


def test_a_form_that_showed_the_preset_model_before_it_was_gone_keeps_its_price(google, ada):
    store.change({"image_model": PRO}, actor_id=None)
    models.retire("google", PRO, "404")
    made = start(ada.id, shown(PRO, 10))
    assert (made.model, made.asked_model, made.credit_cost) == (FLASH, f"google/{PRO}", 10)


def test_a_preset_model_that_is_only_switched_off_is_not_replaced(google, ada):
    store.change({"image_model": PRO}, actor_id=None)
    set_model(PRO, enabled=False)
    assert choosing.model_for("image") is None


def test_a_model_that_is_gone_and_has_no_fallback_cannot_be_chosen(google, ada):
    models.retire("google", FLASH, "404")
    assert [one.id for one in choosing.offered("image") if one.provider == "google"] == [PRO]
    with pytest.raises(Invalid) as refused:
        ask(ada.id, model=f"google/{FLASH}")
    assert refused.value.errors == {"model": "This model is not offered now. Choose another one."}
    assert refused.value.status == 422
    assert ada.balance() == 100


def test_what_the_fallback_of_a_gone_model_cannot_do_is_refused_before_a_charge(google, ada):
    set_model(NEW, durations=(6, 8))
    models.retire("google", OLD, "404")
    with pytest.raises(Invalid) as refused:
        ask(ada.id, kind="video", model=f"google/{OLD}")
    assert refused.value.errors == {"model": "Gemini Omni 1.2 Flash is not offered any more. Choose another model."}
    assert ask(ada.id, kind="video", model=f"google/{OLD}", duration="6")
    assert ada.balance() == 40


@pytest.mark.parametrize("wanted", ["", f"google/{OLD}"])
def test_while_a_model_is_interrupted_its_fallback_makes_what_is_asked_of_it(google, ada, wanted):
    set_model(NEW, credits=99)
    interrupt(OLD)
    model = choosing.model_for("video", wanted)
    assert (model.id, admission.obstacle(model)) == (OLD, None)
    made = start(ada.id, shown(OLD, 40, "video", 4, "720p"), kind="video", model=wanted)
    assert (made.model, made.asked_model, made.credit_cost) == (NEW, f"google/{OLD}", 40)
    assert settle(made.id).state == "draft"


def test_what_the_fallback_cannot_do_waits_for_the_interrupted_model(google, ada):
    set_model(NEW, durations=(6, 8))
    interrupt(OLD)
    with pytest.raises(Busy, match="the model has trouble"):
        ask(ada.id, kind="video")
    assert ada.balance() == 100


def test_when_the_fallback_is_interrupted_too_nothing_is_taken_in(google, ada):
    interrupt(OLD, NEW)
    with pytest.raises(Busy, match="the model has trouble"):
        ask(ada.id, kind="video")
    models.retire("google", OLD, "404")
    with pytest.raises(Busy, match="the model has trouble"):
        ask(ada.id, kind="video", model=f"google/{OLD}")
    assert admission.obstacle(choosing.model_for("video")).seconds <= 60


def test_an_account_without_funds_is_stood_in_for_by_another_provider(google, ada):
    """PRV-07, PRV-09"""
    set_model(OLD, fallback="local/kinora-local-video-1")
    breakers.note(row(ask(ada.id, kind="video")), OutOfFunds("402"))
    ada.give(100)
    made = start(ada.id, kind="video")
    assert (made.provider, made.asked_model, made.credit_cost) == ("local", f"google/{OLD}", 40)


def test_a_text_model_that_is_gone_is_noted_and_its_fallback_writes(google):
    store.change({"text_model": "gemini-3.8-flash"}, actor_id=None)
    google.script("text", "404")
    assert wording.improved("A fox", Kind.IMAGE).startswith("A fox")
    assert models.listing("google", "gemini-3.8-flash").is_gone
    assert wording.improved("A fox", Kind.IMAGE).startswith("A fox")
    asked = [entry["path"].rpartition("/")[2].partition(":")[0] for entry in google.requests_to("text")]
    assert asked == ["gemini-3.8-flash", "gemini-3.5-flash-lite", "gemini-3.5-flash-lite"]


def test_when_both_text_models_are_gone_nobody_writes(google):
    store.change({"text_model": "gemini-3.8-flash"}, actor_id=None)
    google.script("text", "404", "404")
    with pytest.raises(Busy, match="Rewriting is not available right now"):
        wording.improved("A fox", Kind.IMAGE)
    assert choosing.writer() is None
