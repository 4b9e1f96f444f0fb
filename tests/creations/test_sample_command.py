"""`kinora seed`: a new machine's Explore is not empty, nobody is misled, and one command takes it all away again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import Select, func, select

from app.accounts.models import User
from app.config import Config
from app.creations.models import Creation
from app.credits.models import LedgerEntry
from app.extensions import db, storage
from app.seeding.samples import WORKS
from app.social.models import Like
from tests.conftest import SECRET
from tests.database.books import broken
from tests.database.both import environ_of
from tests.people import Person
from tests.servers.redis import RunningRedis
from tests.studio.page import read
from tests.studio.works import inside, put, row

MEDIA = {".png", ".jpg", ".webp", ".mp4"}


class Seeded(NamedTuple):
    """A data folder with three samples in it, and what the command said each time."""

    folder: Path
    said: list[str]


def seed(environ: dict[str, str], *arguments: str) -> str:
    """Run the command; what it prints."""
    argv = [sys.executable, "-m", "app.cli", "seed", *arguments]
    environ = {"PATH": os.environ["PATH"], **environ}
    return subprocess.run(argv, env=environ, capture_output=True, text=True, check=True, timeout=240).stdout.strip()


def media_in(folder: Path) -> set[Path]:
    """Every picture and film below a folder."""
    return {path for path in folder.rglob("*") if path.suffix in MEDIA}


@pytest.fixture(scope="module")
def seeded(sqlite_template: Path, redis_server: RunningRedis, tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    """One sample, then two more, then none that is not there yet."""
    folder = tmp_path_factory.mktemp("seeded")
    shutil.copy(sqlite_template, folder / "kinora.db")
    environ = {"KINORA_DATA": str(folder), "SECRET_KEY": SECRET, "REDIS_URL": redis_server.url}
    return Seeded(folder, [seed(environ, "--creations", count) for count in ("1", "3", "3", "2")])


@pytest.fixture(autouse=True)
def _context() -> None:
    """No context around the test: each request brings its own."""


@pytest.fixture
def database_url(seeded: Seeded, tmp_path: Path) -> str:
    """This test's own copy of what the command made, files and all."""
    shutil.copytree(seeded.folder, tmp_path, dirs_exist_ok=True)
    return f"sqlite:///{tmp_path / 'kinora.db'}"


def samples(app: Flask) -> list[Creation]:
    """The sample works in the order in which they were made."""
    query = select(Creation).where(Creation.is_sample).order_by(Creation.id)
    return list(inside(app, lambda: db.session.scalars(query).all()))


def files(app: Flask, made: Creation) -> list[Path]:
    """Where the files of a work are."""
    keys = (made.media_key, made.poster_key, made.poster_small_key)
    return [path for path in inside(app, lambda: [storage().path(str(key)) for key in keys]) if path]


def number(app: Flask, query: Select[tuple[int]]) -> int:
    """The answer to a query that counts."""
    return int(inside(app, lambda: db.session.scalar(query)) or 0)


def test_it_goes_on_where_it_was_stopped_and_makes_nothing_twice(seeded: Seeded, app):
    assert seeded.said == [f"{added} sample works added" for added in (1, 2, 0, 0)]
    assert len(samples(app)) == 3


def test_images_are_made_before_videos_and_explore_shows_them_in_the_order_of_the_list(app):
    assert [one.kind for one in samples(app)] == ["image", "image", "video"]
    newest_first = sorted(samples(app), key=lambda one: one.published_at or one.created_at, reverse=True)
    assert [one.prompt for one in newest_first] == [work.prompt for work in WORKS[:3]]
    links = [tag["href"] for tag in read(Person(app).get("/explore")).all("a", _class="tile__link")]
    assert links == [f"/p/{one.id}" for one in newest_first]


def test_a_sample_is_a_whole_work_with_files_and_cost_nothing(app):
    """LOC-01: made like anybody's own."""
    for one in samples(app):
        assert (one.state, one.step, one.provider, one.credit_cost) == ("published", None, "local", 0)
        assert one.alt_text
        assert one.caption
        assert len(files(app, one)) == 3
        assert all(path.stat().st_size > 1000 for path in files(app, one))
        assert Person(app).get(f"/media/{one.media_key}").status_code == 200
    assert number(app, select(func.count()).select_from(LedgerEntry)) == 0
    assert inside(app, broken) == {}


def test_everybody_sees_that_it_is_a_sample_and_no_ai_made_it(app):
    nobody = Person(app)
    assert read(nobody.get("/explore")).words.count("Drawn locally · Sample") == 3
    page = read(nobody.get(f"/p/{samples(app)[0].id}")).words
    assert "Drawn by a program, not by AI, and put here as a sample." in page


def test_the_first_real_account_is_still_an_admins(app):
    """ADM-02"""
    first, second = Person(app).sign_up("first"), Person(app).sign_up("second")
    assert (first.get("/admin").status_code, second.get("/admin").status_code) == (200, 404)
    assert "_sample" not in read(first.get("/admin/people")).words


def test_nobody_can_log_in_as_the_author_of_a_sample(app):
    author = inside(app, lambda: db.session.scalars(select(User.username).where(User.is_sample)).first())
    for password in ("", "violet-train-to-oslo"):
        answer = Person(app).post("/login", {"username": author, "password": password}, page="/login")
        assert answer.status_code == 422


def test_one_command_takes_all_of_it_away(app, config: Config, tmp_path: Path):
    ada = Person(app).sign_up("ada_l")
    sample = samples(app)[0].id
    mine = put(ada, "published", parent_id=sample, relation="remix")
    for liked in (sample, mine):
        assert ada.post(f"/p/{liked}/like", {"liked": "1"}).status_code == 303
    ours = set(files(app, row(app, mine)))
    assert len(media_in(tmp_path)) == 12
    assert seed(environ_of(config), "--remove") == "3 sample works removed"
    assert samples(app) == []
    assert number(app, select(func.count()).select_from(User).where(User.is_sample)) == 0
    assert inside(app, lambda: [one.creation_id for one in db.session.scalars(select(Like))]) == [mine]
    assert media_in(tmp_path) == ours
    kept = row(app, mine)
    assert (kept.state, kept.parent_id, kept.relation) == ("published", None, None)
    assert ada.get(f"/p/{sample}").status_code == 404
    assert "Sample" not in ada.get("/explore").text
    assert seed(environ_of(config), "--remove") == "0 sample works removed"
