"""The tiles of a feed: each is drawn once and kept, in this process, until what it shows is another.

The query decides which works are shown, and this only how they look: what is taken back is gone at once. A tile is
the same for everyone who sees it, but for liked or not; the form's token is put in when the page is put together.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import current_app
from markupsafe import Markup

from app.catalogue import choosing
from app.extensions import db
from app.social import statements
from app.social.shapes import Tile
from app.web import csrf
from app.web.kept import Kept
from app.web.paths import url_for

MOST_KEPT = 20_000
"""About 2 KB each."""
EAGER = 4
"""So many pictures at the top of a first page are fetched before all else."""
# Text in a tile is escaped, so nobody's words can say this.
_TOKEN = Markup("<token>")


class Look(NamedTuple):
    """Everything that a tile's HTML depends on. `changed` rises with every change of the creation's row."""

    id: Any
    changed: Any
    username: str | None
    liked: bool | None
    """None for whoever is not logged in, and would be led to log in."""
    leads: bool = False
    eager: bool = False


_kept: Kept[Look, Markup] = Kept(MOST_KEPT)


def draw(rows: Sequence[Any], viewer: uuid.UUID | None, *, first: bool) -> Markup:
    """The tiles of some rows of `statements.page`. On the `first` page of a feed the newest featured work leads."""
    leader = next((row.id for row in rows if row.featured_at), None) if first else None
    looks = [
        Look(row.id, row.changed, row.username, row.liked, row.id == leader, first and at < EAGER)
        for at, row in enumerate(rows)
    ]
    found = _kept.get_all(looks)
    if None in found:
        found = _fill(looks, found, viewer)
    html = Markup("").join(tile for tile in found if tile is not None)
    return html if viewer is None else html.replace(_TOKEN, csrf.token())


def tile_html(tile: Tile, *, signed_in: bool, leads: bool = False, eager: bool = False, token: str = "") -> Markup:
    """One tile, drawn now."""
    template = current_app.jinja_env.get_template("social/_tile.html")
    return Markup(template.render(tile=tile, signed_in=signed_in, leads=leads, eager=eager, token=token))  # noqa: S704


def tile(row: Any) -> Tile:
    """What a row with all columns of a work shows."""
    media = url_for("media.file", key=row.media_key)
    # An image whose poster could not be made stands for itself.
    poster = url_for("media.file", key=row.poster_key or row.media_key)
    return Tile(
        id=row.id,
        kind=row.kind,
        username=row.username or "someone",
        caption=row.caption,
        prompt=row.prompt if row.shows_prompt else None,
        alt_text=row.alt_text,
        aspect_ratio=row.aspect_ratio,
        duration=row.duration,
        resolution=row.resolution,
        width=row.width,
        height=row.height,
        hue=row.hue,
        poster_url=poster,
        poster_small_url=url_for("media.file", key=row.poster_small_key) if row.poster_small_key else poster,
        media_url=media,
        download_url=f"{media}?download=1",
        published_at=row.published_at,
        like_count=row.like_count,
        liked=bool(row.liked),
        model_label=choosing.model_label(row.provider, row.model),
        is_local=choosing.is_local(row.provider),
        is_sample=row.is_sample,
        featured=row.featured_at is not None,
    )


def _fill(looks: list[Look], found: list[Markup | None], viewer: uuid.UUID | None) -> list[Markup | None]:
    """Draw the tiles that are not kept. A work that was taken back meanwhile stays None."""
    missing = [look.id for look, html in zip(looks, found, strict=True) if html is None]
    rows = db.session.execute(statements.drawn(member=viewer is not None), {"ids": missing, "viewer": viewer})
    fresh = {row.raw_id: row for row in rows}
    return [html or _drawn(look, fresh.get(look.id)) for look, html in zip(looks, found, strict=True)]


def _drawn(look: Look, row: Any) -> Markup | None:
    if row is None:
        return None
    # Kept under what was read now, which may be newer than what the page saw a moment before.
    now = look._replace(changed=row.changed, username=row.username, liked=row.liked)
    html = tile_html(tile(row), signed_in=now.liked is not None, leads=now.leads, eager=now.eager, token=_TOKEN)
    _kept.put(now, html)
    return html
