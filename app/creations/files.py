"""`/media/<key>`: every file of ours, behind one check of who may see it (I6, MED-03)."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, redirect, request, send_file
from flask_login import current_user
from sqlalchemy import or_, select

from app.creations.models import Creation, ReferenceImage
from app.errors import NotFound
from app.extensions import db, storage
from app.media.naming import download_name
from app.storage.keys import attachment, is_key

bp = Blueprint("media", __name__)

SIGNED_SECONDS = 300
RANGE_BYTES = 2 * 1024 * 1024
"""An open-ended range is answered with this much: a viewer who reads slowly would hold a thread for the whole file."""
_RANGE = re.compile(r"bytes=(?:(\d{1,15})-(\d{1,15})?|-\d{1,15})", re.ASCII)


@dataclass(frozen=True)
class Found:
    """A file that this viewer may have."""

    key: str
    media_type: str
    public: bool
    download_name: str


@bp.get("/media/<path:key>")
def file(key: str) -> Response:
    """Stream a file from the folder, or send the browser to the bucket; `?download=1` saves it under a good name."""
    found = _find(key)
    wanted = found.download_name if "download" in request.args else None
    path = storage().path(found.key)
    if path is not None:
        response = _stream(path, found)
    else:
        address = storage().address(found.key, seconds=SIGNED_SECONDS, download_name=wanted, public=found.public)
        if address is None:
            raise NotFound
        response = redirect(address, 302)  # type: ignore[assignment]
    if wanted and path is not None:
        response.headers["Content-Disposition"] = attachment(wanted)
    response.headers["Cache-Control"] = (
        f"public, max-age={SIGNED_SECONDS}" if found.public and path is not None else "private, no-store"
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _find(key: str) -> Found:
    """The file behind a key, if this viewer may see it. Missing, foreign and deleted look the same."""
    if not is_key(key):
        raise NotFound
    found = _reference(key) if key.startswith("references/") else _creation_file(key)
    db.session.commit()
    if found is None:
        raise NotFound
    return found


def _creation_file(key: str) -> Found | None:
    row = db.session.execute(
        select(
            Creation.id,
            Creation.user_id,
            Creation.state,
            Creation.kind,
            Creation.prompt,
            Creation.shows_prompt,
            Creation.caption,
            Creation.media_type,
            Creation.media_key,
        ).where(
            or_(Creation.media_key == key, Creation.poster_key == key, Creation.poster_small_key == key),
            Creation.deleted_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    public = row.state == "published"
    mine = not public and _is_viewer(row.user_id)
    if not (public or mine):
        return None
    # A prompt that its author keeps to themselves does not leave in a file name either.
    words = row.prompt if row.shows_prompt or mine else row.caption
    ending = key.rpartition(".")[2]
    media_type = row.media_type if key == row.media_key else "image/webp"
    return Found(key, media_type, public, download_name(row.kind, words, row.id, ending))


def _reference(key: str) -> Found | None:
    row = db.session.execute(
        select(ReferenceImage.user_id, ReferenceImage.media_type, ReferenceImage.id).where(ReferenceImage.key == key)
    ).one_or_none()
    if row is None or not _is_viewer(row.user_id):
        return None
    return Found(key, row.media_type, public=False, download_name=f"kinora-reference.{key.rpartition('.')[2]}")


def _is_viewer(owner: uuid.UUID) -> bool:
    return bool(current_user.is_authenticated and (current_user.id == owner or current_user.is_admin))


def _stream(path: Path, found: Found) -> Response:
    if storage().head(found.key) is None:
        raise NotFound
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or (asked[2] and int(asked[1]) > int(asked[2])):
        # Another unit, several parts or nonsense: to be ignored (RFC 9110), where Werkzeug would refuse.
        request.environ.pop("HTTP_RANGE", None)
    elif asked[1] and not asked[2]:
        start = int(asked[1])
        request.environ["HTTP_RANGE"] = f"bytes={start}-{start + RANGE_BYTES - 1}"
    return send_file(path, mimetype=found.media_type, conditional=True, etag=True, max_age=None)
