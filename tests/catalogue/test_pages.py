"""The dashboard's pages of models on both databases, with ids of every kind (PRV-04)."""

from __future__ import annotations

import pytest

from app.catalogue import store
from tests.access.roles import log_in
from tests.catalogue.samples import VIDEO, fresh
from tests.studio.page import read
from tests.studio.works import inside, put

IDS = (
    "somebody/a-model",
    "a model",
    "o'clock & <b>",
    'x"y',
    "50%",
    "50%25",
    "a?b=c#d",
    "über/ß",
    "a;b,c:d@e",
    "load",
    "a\\b",
)


@pytest.fixture(autouse=True)
def _nothing_read_before(app):
    store.forget()


def test_a_change_by_form_is_there_with_its_history_and_the_margins_of_what_was_made(app, ada):
    made = {"kind": "video", "provider": "google", "model": "gemini-omni-1.2-flash", "duration": 8, "credit_cost": 80}
    put(ada, generation_seconds=50.0, **made)
    admin = log_in(app, "first")
    form = read(admin.get(f"/admin/models/{VIDEO}")).form(f"/admin/models/{VIDEO}")
    sent = form.filled(usd="0.5", why="Dearer")
    assert admin.post(form.action, sent, page=f"/admin/models/{VIDEO}").status_code == 303
    assert admin.post(form.action, sent, page=f"/admin/models/{VIDEO}").status_code == 409
    words = read(admin.get(f"/admin/models/{VIDEO}")).words
    assert "Changed just now by @first “Dearer”" in words
    assert "Made in 30 days, at today's values 50% $8.00$4.00$4.00" in words
    assert admin.get("/admin/models").status_code == 200


def test_a_model_is_reached_whatever_its_provider_calls_it(app):
    admin = log_in(app, "first")
    entries = [fresh(id=id, label=f"Number {n}") for n, id in enumerate(IDS)]
    inside(app, lambda: store.put(entries, actor_id=None))
    links = read(admin.get("/admin/models")).links
    for n in range(len(IDS)):
        address = links[f"Number {n}"]
        page = read(admin.get(address))
        assert f"local/{IDS[n]}" in page.words, IDS[n]
        form = next(one for one in page.forms if "seen" in one.fields and "label" in one.fields)
        answer = admin.post(form.action, form.filled(note="Changed", why="A test"), page="/admin/models/new")
        assert answer.status_code == 303, IDS[n]
        found = inside(app, lambda n=n: store.find("local", IDS[n]))
        assert found is not None
        assert found.note == "Changed"
        assert "Saved." in read(admin.get(answer.location)).words
