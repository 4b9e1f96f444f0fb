"""The owner's verbs on a creation: read, publish, take back, delete."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete as sql_delete
from sqlalchemy import select, update

from app.creations.models import Creation, ReferenceImage
from app.creations.transitions import DRAFT, PUBLISHED, move, show
from app.errors import Conflict, Invalid, NotFound
from app.extensions import config, db, now, storage, transaction
from app.realtime import bus
from app.settings import store
from app.storage.base import StorageError
from app.storage.keys import new_key

ALT_MAX = 500
_FILES = ("media_key", "poster_key", "poster_small_key")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Words:
    """What is said about a published creation."""

    caption: str
    alt_text: str
    shows_prompt: bool


def own(user_id: uuid.UUID, creation_id: uuid.UUID) -> Creation:
    """A person's own creation. Raises NotFound for any other, deleted ones included (ACC-05)."""
    creation: Creation | None = db.session.scalar(
        select(Creation)
        .where(Creation.id == creation_id, Creation.user_id == user_id, Creation.deleted_at.is_(None))
        .execution_options(populate_existing=True)
    )
    if creation is None:
        raise NotFound
    return creation


def publish(user_id: uuid.UUID, creation_id: uuid.UUID, words: Words) -> None:
    """Show a draft to everyone (T10). Publishing what is published already changes its words.

    Raises NotFound, Invalid for words that are too long, Conflict when there is nothing to show yet.
    """
    _check(words)
    creation = own(user_id, creation_id)
    if not creation.is_playable:
        raise Conflict("It can be published once it is ready.")
    said: dict[str, Any] = {"caption": words.caption, "alt_text": words.alt_text, "shows_prompt": words.shows_prompt}
    if creation.state == "published":
        _reword(creation, said)
        return
    moved = _fresh_files(creation, public=True)
    with transaction():
        owner = move(creation_id, DRAFT, PUBLISHED, where=_there(user_id), published_at=now(), **said, **moved)
    _tidy(creation, moved, happened=owner is not None)
    if owner is None:
        raise Conflict
    bus.publish(owner)
    log.info("creation %s published", creation_id)


def unpublish(user_id: uuid.UUID, creation_id: uuid.UUID) -> None:
    """Take a published creation back to the drafts; doing it twice does no harm."""
    creation = own(user_id, creation_id)
    if creation.state != "published":
        return
    moved = _fresh_files(creation, public=False)
    with transaction():
        owner = move(
            creation_id,
            PUBLISHED,
            DRAFT,
            where=_there(user_id),
            published_at=None,
            featured_at=None,
            **moved,
        )
    _tidy(creation, moved, happened=owner is not None)
    if owner is not None:
        bus.publish(owner)
        log.info("creation %s taken back", creation_id)


def delete(user_id: uuid.UUID, creation_id: uuid.UUID) -> None:
    """Take a creation's media, words and visibility away at once; id, state and price stay for the ledger.

    Raises Conflict while it is being made.
    """
    if own(user_id, creation_id).is_unfinished:
        raise Conflict("It is being made. Cancel it, or wait until it is ready.")
    with transaction() as session:
        # Read under its lock: publishing gives the files other names, and may have done so just now.
        creation = session.scalar(
            select(Creation)
            .where(Creation.id == creation_id, *_there(user_id))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if creation is None:
            raise NotFound
        keys = [key for key in (getattr(creation, name) for name in _FILES) if key]
        keys += session.scalars(
            sql_delete(ReferenceImage).where(ReferenceImage.creation_id == creation_id).returning(ReferenceImage.key)
        ).all()
        if creation.state == "published":
            move(creation_id, PUBLISHED, DRAFT, visible=False, published_at=None, featured_at=None)
        session.execute(
            update(Creation)
            .where(Creation.id == creation_id)
            .values(
                deleted_at=now(),
                prompt="",
                negative_prompt="",
                caption="",
                alt_text="",
                media_sha256=None,
                provider_url=None,
                **dict.fromkeys(_FILES),
            )
        )
        show(creation_id, user_id)
    # The row first, then the bytes: a crash in between leaves files that the nightly sweep finds.
    _remove(keys)
    bus.publish(user_id)
    log.info("creation %s deleted", creation_id)


def _there(user_id: uuid.UUID) -> tuple[Any, ...]:
    """The conditions of a write: it is this person's, and was not deleted meanwhile."""
    return Creation.user_id == user_id, Creation.deleted_at.is_(None)


def _check(words: Words) -> None:
    errors: dict[str, str] = {}
    longest = store.current().caption_max_chars
    if len(words.caption) > longest:
        errors["caption"] = f"The caption is longer than {longest} characters."
    if len(words.alt_text) > ALT_MAX:
        errors["alt_text"] = f"The description is longer than {ALT_MAX} characters."
    if errors:
        raise Invalid(errors)


def _reword(creation: Creation, said: dict[str, Any]) -> None:
    with transaction() as session:
        done = session.execute(
            update(Creation)
            .where(Creation.id == creation.id, Creation.state == "published", *_there(creation.user_id))
            .values(updated_at=now(), **said)
        )
        if not done.rowcount:
            raise Conflict
        show(creation.id, creation.user_id)
    bus.publish(creation.user_id)


def _fresh_files(creation: Creation, *, public: bool) -> dict[str, Any]:
    """New keys for the files of a creation in a bucket that the public reads from, already copied.

    Drafts and published media never share an address there, so no old one opens anything later. Files that pass
    through the app are guarded at each request and keep their keys.
    """
    if not config().media_public_url:
        return {}
    moved: dict[str, Any] = {}
    try:
        for name in _FILES:
            key: str | None = getattr(creation, name)
            if key is None:
                continue
            prefix, _, rest = key.partition("/")
            moved[name] = new_key(prefix, rest.partition(".")[2])
            if not storage().copy(key, moved[name], public=public):
                raise StorageError(f"{key} is gone")
    except StorageError:
        _remove(list(moved.values()))
        raise
    return moved


def _tidy(creation: Creation, moved: dict[str, Any], *, happened: bool) -> None:
    _remove([getattr(creation, name) for name in moved] if happened else list(moved.values()))


def _remove(keys: list[str]) -> None:
    for key in keys:
        try:
            storage().delete(key)
        except StorageError:
            log.warning("a file without a row stays until the nightly sweep: %s", key)
