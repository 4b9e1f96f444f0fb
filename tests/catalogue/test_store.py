"""The list of models: built in, changed by admins, noted as gone, read anew everywhere (PRV-04, ADM-03)."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

import pytest

from app.catalogue import store
from app.catalogue.listing import built_in
from app.catalogue.models import ModelEntry
from app.errors import Conflict, NotFound
from app.extensions import db, now, transaction
from tests.catalogue.samples import IMAGE, VIDEO, audit, fresh, known
from tests.database.books import tell

pytestmark = pytest.mark.usefixtures("inside")


def listing(name: str = VIDEO) -> store.Listing:
    """One model, which must be there."""
    found = store.listing(*name.split("/", 1))
    assert found is not None
    return found


def names() -> list[str]:
    """The whole list."""
    return [one.model.name for one in store.listings()]


def lay(provider: str, id: str, **columns: object) -> None:
    """A row as somebody else left it."""
    with transaction() as session:
        session.merge(ModelEntry(provider=provider, id=id, **columns))
    store.forget()


def test_without_changes_the_built_in_list_is_in_force():
    assert [one.model for one in store.listings()] == [entry.model() for entry in built_in()]
    assert all(one.built_in and not one.changed and not one.is_gone for one in store.listings())
    assert len({*names()}) == len(names())


def test_a_change_is_in_force_at_once_in_its_place_and_written_down(ada):
    place = names().index(VIDEO)
    assert store.put([known(usd=0.5)], actor_id=ada.id, reason="Read anew") == [VIDEO]
    assert names().index(VIDEO) == place
    assert (listing().model.usd, listing().built_in, listing().changed) == (0.5, True, True)
    (entry,) = audit()
    assert (entry.action, entry.target, entry.reason, entry.actor_id) == ("model", VIDEO, "Read anew", ada.id)
    assert (entry.detail["from"], entry.detail["to"]) == (known().facts(), known(usd=0.5).facts())


def test_what_stays_as_it_is_writes_nothing():
    assert store.put([known(), known(IMAGE)], actor_id=None) == []
    assert (audit(), db.session.get(ModelEntry, ("google", known().id))) == ([], None)


def test_added_models_come_last_in_the_order_in_which_they_came():
    store.put([fresh(id="z"), fresh(id="a")], actor_id=None)
    store.put([fresh(id="m"), known(usd=1)], actor_id=None)
    assert names()[-3:] == ["local/z", "local/a", "local/m"]
    assert not listing("local/z").built_in


def test_several_are_set_all_or_none():
    with pytest.raises(Conflict):
        store.put([known(usd=1), fresh()], actor_id=None, seen={VIDEO: known().version, "local/another": "other"})
    assert (listing().model.usd, store.listing("local", "another"), audit()) == (0.07, None, [])


def test_who_changes_what_somebody_else_has_changed_is_told():
    seen = {VIDEO: listing().version}
    store.put([known(usd=1)], actor_id=None, seen=seen)
    with pytest.raises(Conflict, match="Somebody else has changed google/"):
        store.put([known(usd=2)], actor_id=None, seen=seen)
    assert listing().model.usd == 1
    store.put([known(usd=2)], actor_id=None, seen={VIDEO: listing().version})
    assert listing().model.usd == 2


def test_who_adds_what_is_there_already_is_told():
    store.put([fresh()], actor_id=None, seen={"local/another": ""})
    with pytest.raises(Conflict):
        store.put([fresh(label="Mine")], actor_id=None, seen={"local/another": ""})
    assert listing("local/another").model.label == "Another"


def test_of_many_who_change_at_once_one_succeeds(hands):
    """Also where there is no row yet, which two could insert."""
    assert hands("change_model", VIDEO, listing().version, times=8) == {"changed": 1, "Conflict": 7}
    assert len(audit()) == 1


def test_the_built_in_entry_comes_back_and_the_history_stays(ada):
    store.put([known(usd=0.5)], actor_id=None)
    seen = {VIDEO: listing().version}
    assert store.reset("google", known().id, actor_id=ada.id, reason="Was right", seen=seen) is True
    assert (listing().model, listing().changed) == (known().model(), False)
    last = audit()[-1]
    assert (last.action, last.target, last.reason, last.actor_id) == ("model", VIDEO, "Was right", ada.id)
    assert last.detail == {"from": known(usd=0.5).facts(), "to": known().facts(), "reset": True}
    assert store.reset("google", known().id, actor_id=None) is False
    assert len(audit()) == 2


def test_a_model_that_was_added_can_be_taken_away_and_come_again():
    store.put([fresh()], actor_id=None)
    assert store.reset("local", "another", actor_id=None) is True
    assert "local/another" not in names()
    assert audit()[-1].detail["to"] is None
    store.put([fresh(label="Again")], actor_id=None, seen={"local/another": ""})
    assert listing("local/another").model.label == "Again"


def test_going_back_from_what_is_not_there_any_more_is_refused():
    with pytest.raises(NotFound):
        store.reset("local", "none", actor_id=None)
    store.put([known(usd=0.5)], actor_id=None)
    with pytest.raises(Conflict):
        store.reset("google", known().id, actor_id=None, seen={VIDEO: known().version})
    assert listing().model.usd == 0.5


def test_a_model_that_is_gone_is_noted_once_and_can_be_offered_again(ada, caplog):
    with caplog.at_level(logging.ERROR, logger="app.catalogue.store"):
        assert store.retire("google", known().id, "no longer available" + "x" * 600) is True
        assert store.retire("google", known().id, "again") is False
    assert caplog.text.count("alarm: the model google/gemini-omni-1.2-flash is gone: no longer available") == 1
    assert listing().is_gone
    assert listing().retired_because.startswith("no longer available")
    assert len(listing().retired_because) == 500
    assert (listing().model, listing().changed) == (known().model(), False)
    assert store.revive("google", known().id, actor_id=ada.id, reason="It answers") is True
    assert (listing().is_gone, listing().retired_at, listing().retired_because) == (False, None, "")
    (entry,) = audit()
    assert (entry.action, entry.target, entry.actor_id) == ("model-revived", VIDEO, ada.id)
    assert (entry.reason, entry.detail["because"][:9]) == ("It answers", "no longer")
    assert store.revive("google", known().id, actor_id=ada.id) is False
    assert store.revive("google", "none", actor_id=ada.id) is False
    assert len(audit()) == 1


def test_many_who_see_that_a_model_is_gone_note_it_once(hands):
    assert hands("retire_model", VIDEO, times=8) == {"noted": 1, "known": 7}


def test_a_change_leaves_alone_what_was_noticed():
    store.retire("google", known().id, "gone")
    store.probed("google", frozenset())
    store.put([known(usd=0.5)], actor_id=None)
    store.reset("google", known().id, actor_id=None)
    assert (listing().is_gone, listing().listed) == (True, False)


def test_a_model_is_gone_on_the_day_on_which_it_retires():
    today = now().date()
    for days, gone in ((1, False), (0, True), (-1, True)):
        store.put([known(retires_on=today + timedelta(days=days))], actor_id=None)
        assert listing().is_gone is gone


def test_what_a_provider_lists_is_noted_and_what_is_lost_is_told_once():
    everything = {one.model.id for one in store.listings() if one.model.provider == "google"}
    assert listing().listed is None
    assert store.probed("google", frozenset(everything)) == []
    assert (listing().listed, listing().probed_at is not None) == (True, True)
    assert store.probed("google", frozenset(everything - {known().id})) == [VIDEO]
    assert store.probed("google", frozenset(everything - {known().id})) == []
    assert listing().listed is False
    assert not listing().is_gone, "a list alone takes nothing off"
    assert listing("local/rules").listed is None


def test_a_change_elsewhere_is_seen_within_moments():
    assert listing().model.usd == 0.07
    lay("google", known().id, facts=known(usd=1).facts())
    assert listing().model.usd == 1
    read_at = time.monotonic()
    tell("DELETE FROM model_entries")
    seen = listing().model.usd
    assert seen == 1 or time.monotonic() - read_at >= store.FRESH_SECONDS
    while listing().model.usd == 1:
        assert time.monotonic() - read_at < 60
        time.sleep(0.05)
    assert time.monotonic() - read_at >= store.FRESH_SECONDS


def test_reading_what_is_fresh_asks_no_database():
    assert store.listings() is store.listings()


@pytest.mark.parametrize("facts", [{"provider": "google"}, {**known().facts(), "speed": 3}, {}])
def test_a_stored_entry_that_fits_no_more_gives_way_to_the_built_in_one_alone(facts, caplog):
    lay("google", known().id, facts=facts)
    lay("local", "another", facts=facts, position=99)
    with caplog.at_level(logging.ERROR, logger="app.catalogue.listing"):
        assert [one.model for one in store.listings()] == [entry.model() for entry in built_in()]
    assert caplog.text.count("does not fit any more") == 2
    assert store.put([known(usd=1)], actor_id=None) == [VIDEO]
    assert listing().model.usd == 1


def test_a_row_that_only_says_what_was_seen_of_an_unknown_model_adds_none():
    lay("google", "of-earlier", listed=True)
    assert names() == [entry.name for entry in built_in()]
