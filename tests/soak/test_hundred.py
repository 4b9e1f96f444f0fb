"""A hundred works in a row through the whole house, from the request to the public page."""

from __future__ import annotations

import time
import uuid
from pathlib import Path

import pytest

from app.creations.models import Creation
from tests.journeys.caller import Caller
from tests.soak.place import Place, Wish, opened

pytestmark = [pytest.mark.slow, pytest.mark.timeout(280)]
WORKS = 100
SECONDS = 240.0
"""Under 60 on two cores of their own; the machine that tests may be shared, and a lost work never comes."""


def test_a_hundred_works_in_a_row_are_asked_for_made_published_and_fetched(tmp_path: Path) -> None:
    """NFR-04: four images to a video, none lost, each made and charged once."""
    with opened(tmp_path, Wish(generations=WORKS, kills=0, faults=0.0, seed=1)) as place:
        ada = Caller(place.house.url, "ada_l").sign_up()
        place.grant("ada_l")
        begin = time.monotonic()
        for number in range(WORKS):
            assert ada.ask(f"Work {number}", "image" if number % 5 else "video", resolution="720p") == 303
        published: set[uuid.UUID] = set()
        while len(published) < WORKS:
            published |= {_published(place, ada, id) for id in _drafts(place)}
            assert time.monotonic() - begin < SECONDS, f"only {len(published)} after {SECONDS:.0f} s: {place.counts()}"
        took = time.monotonic() - begin
        print(f"\n{WORKS} works in {took:.0f} s, {WORKS / took:.1f} a second")  # noqa: T201
        assert place.counts() == {"published": WORKS}
        assert set(place.ask_provider("/_control/soak")["accepted"].values()) == {1}
        place.house.clean()
        place.house.stop()


def _drafts(place: Place) -> list[uuid.UUID]:
    return [row.id for row in place.rows(Creation.id, where=(Creation.state == "draft",))]


def _published(place: Place, ada: Caller, id: uuid.UUID) -> uuid.UUID:
    """Publish a draft, and fetch it as somebody who is not logged in."""
    assert ada.post(f"/creations/{id}/publish", {"caption": "One of a hundred"})[0] == 303
    (row,) = place.rows(Creation.media_key, where=(Creation.id == id,))
    assert place.house.get(f"/media/{row.media_key}") == 200
    return id
