"""`kinora models`: list, dump and load, as an operator types them (PRV-04)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from app.catalogue import store
from app.catalogue.listing import built_in
from app.extensions import db
from app.settings.models import AuditEntry
from tests.database.both import environ_of
from tests.standins.google import KEY, GoogleStandIn
from tests.studio.works import inside

Kinora = Callable[..., "subprocess.CompletedProcess[str]"]
VIDEO = "google/gemini-omni-1.2-flash"


@pytest.fixture
def kinora(app, config) -> Kinora:
    """Runs a command on this test's house."""
    store.forget()

    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "app.cli", *words]
        return subprocess.run(argv, env=environ_of(config) | more, capture_output=True, text=True, check=False)

    return run


def test_the_list_names_every_model_and_whether_it_is_offered(app, kinora):
    inside(app, lambda: store.retire("google", "gemini-3-pro-image", "It was not found."))
    lines = {line.split()[1]: line for line in kinora("models", "list").stdout.splitlines()}
    assert list(lines) == [entry.name for entry in built_in()]
    assert lines["local/rules"].endswith(" offered")
    assert lines[VIDEO].endswith(" not configured: set GOOGLE_AI_API_KEY")
    assert lines["google/gemini-3-pro-image"].endswith(" gone: It was not found.")


def test_what_is_dumped_can_be_changed_and_loaded(app, kinora, tmp_path: Path):
    rows = json.loads(kinora("models", "dump").stdout)
    assert [f"{row['provider']}/{row['id']}" for row in rows] == [entry.name for entry in built_in()]
    for row in rows:
        if row["id"] == "gemini-omni-1.2-flash":
            row["usd"] = 0.5
    file = tmp_path / "models.json"
    file.write_text(json.dumps(rows))
    ran = kinora("models", "load", str(file), "--why", "Read anew")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == f"{VIDEO}\n  usd: 0.07 -> 0.5\n1 of {len(rows)} models changed\n"
    inside(app, store.forget)
    assert inside(app, lambda: store.find("google", "gemini-omni-1.2-flash")).usd == 0.5
    (entry,) = inside(app, lambda: db.session.scalars(select(AuditEntry)).all())
    assert (entry.action, entry.target, entry.reason, entry.actor_id) == ("model", VIDEO, "Read anew", None)
    assert kinora("models", "load", str(file)).stdout == f"0 of {len(rows)} models changed\n"


def test_a_file_that_does_not_fit_changes_nothing_and_says_where(app, kinora, tmp_path: Path):
    file = tmp_path / "models.json"
    row = {"provider": "local", "id": "x", "label": "X", "kind": "image", "aspect_ratios": ["1:1"]}
    file.write_text(json.dumps([row, row | {"id": "y", "usd": -1}]))
    ran = kinora("models", "load", str(file))
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "entry 2 (local/y), usd: The least is 0.0.\n"
    assert inside(app, lambda: store.find("local", "x")) is None


def test_a_probe_notes_what_is_served_and_says_what_to_look_at(app, kinora):
    with GoogleStandIn() as google:
        google_too = {"GOOGLE_AI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": google.url}
        ran = kinora("models", "probe", **google_too)
        assert (ran.returncode, ran.stdout) == (0, "nothing to look at\n")
        google.models = google.models - {"gemini-omni-1.2-flash"}
        ran = kinora("models", "probe", **google_too)
        assert (ran.returncode, ran.stderr.splitlines()[-1]) == (1, f"{VIDEO} is not in its provider's list")
    inside(app, store.forget)
    assert inside(app, lambda: store.listing("google", "gemini-omni-1.2-flash")).listed is False
