"""A page whose line breaks again and again while its cards change: at the end it shows what is, and told it once."""

from __future__ import annotations

import os
import random
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from app.extensions import db
from app.supervising.redis_server import free_port
from tests import engine
from tests.conftest import SECRET
from tests.journeys.browsing import SERVER_AWAY, Visitor
from tests.journeys.tunnel import Tunnel
from tests.realtime.people import Member
from tests.realtime.web import running_web
from tests.servers.redis import RunningRedis

pytestmark = pytest.mark.browser
CARDS = 6
DRAWN = 2
"""So many become pictures; the others fail, which is quicker."""
RECORDER = """() => {
  window.told = { versions: {}, toasts: [] };
  const look = () => {
    for (const card of document.querySelectorAll("article.card")) {
      const seen = (told.versions[card.id] ??= []);
      if (seen.at(-1) !== Number(card.dataset.version)) seen.push(Number(card.dataset.version));
    }
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes]))
      if (node.nodeType === 1) told.toasts.push(node.querySelector("p").textContent);
  }).observe(document.getElementById("toasts"), { childList: true });
  look();
}"""
SHOWN = """() => [...document.querySelectorAll("article.card")]
  .map((card) => [card.id.replace("creation-", ""), card.dataset.state, Number(card.dataset.version)])"""


@pytest.fixture
def line(app: Flask, tmp_path: Path, redis_server: RunningRedis) -> Iterator[Tunnel]:
    """A web process behind a line that can be cut."""
    port = free_port()
    tunnel = Tunnel(port)
    environ = {
        "KINORA_DATA": str(tmp_path),
        "SECRET_KEY": SECRET,
        "REDIS_URL": redis_server.url,
        "PORT": str(port),
        "PUBLIC_URL": tunnel.url,
        "RATE_LIMITS": "off",
    }
    with running_web(environ):
        yield tunnel
        tunnel.close()


def test_cards_that_flip_while_the_line_is_down_are_right_in_the_end(
    app: Flask, line: Tunnel, chromium: Chromium
) -> None:
    """Each card once and at its newest, never older than before, each toast at most once (RT-03)."""
    seed = int(os.environ.get("REALTIME_SEED") or time.time())
    dice = random.Random(seed)
    with app.app_context():
        ada = Member(app, line.url, "ada")
        ids = [ada.asks(f"Number {number}") for number in range(CARDS)]
        visitor = Visitor(chromium.new_context(base_url=line.url), SimpleNamespace(url=line.url), "")  # type: ignore[arg-type]
        visitor.expect_trouble(*SERVER_AWAY, "Failed to load resource: net::ERR_")
        visitor.context.add_cookies([{"name": n, "value": v, "url": line.url} for n, v in ada.cookies.items()])
        page = visitor.open("/drafts")
        expect(page.locator("[data-live]")).to_have_text("Live")
        page.evaluate(RECORDER)
        while _unfinished(ada, ids):
            line.cut(silently=dice.random() < 0.5)
            _change(page, ada, ids, dice)
            line.mend()
            _change(page, ada, ids, dice)
        _comes_to_rest(page, ada, seed)
        told = page.evaluate("told")
        db.session.remove()
    visitor.context.close()
    for versions in told["versions"].values():
        assert versions == sorted(set(versions)), f"seed {seed}: {told}"
    assert len(told["toasts"]) == len(set(told["toasts"])) > 1, f"seed {seed}: {told}"
    assert not visitor.troubles


def _unfinished(ada: Member, ids: list[uuid.UUID]) -> list[uuid.UUID]:
    rows = ada.rows()
    return [id for id in ids if rows[str(id)][0] not in {"draft", "failed"}]


def _change(page: Page, ada: Member, ids: list[uuid.UUID], dice: random.Random) -> None:
    """A few cards go on, by a step or to the end; the browser runs a little between."""
    for creation_id in dice.sample(ids, 2):
        if creation_id not in _unfinished(ada, ids):
            continue
        if creation_id in ids[:DRAWN]:
            engine.settle(creation_id)
        else:
            ada.moves(creation_id, told=dice.random() < 0.7)
        page.wait_for_timeout(dice.uniform(0, 400))


def _comes_to_rest(page: Page, ada: Member, seed: int) -> None:
    expected = sorted((id, state, version) for id, (state, version) in ada.rows().items())
    until = time.monotonic() + 20
    while (shown := sorted(map(tuple, page.evaluate(SHOWN)))) != expected:
        assert time.monotonic() < until, f"seed {seed}: {shown} is not {expected}"
        page.wait_for_timeout(100)
