"""Reading and changing run-time settings.

Each process keeps what it read for `FRESH_SECONDS`, so a change is everywhere after that without a restart.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select, text

from app.errors import Invalid
from app.extensions import db, now, transaction
from app.settings.catalogue import Settings, type_name
from app.settings.models import AuditEntry, SystemConfig
from app.web.input import read
from app.web.kept import Fresh

FRESH_SECONDS = 2.0
log = logging.getLogger(__name__)


def current() -> Settings:
    """The values in force, at most `FRESH_SECONDS` old."""
    return _settings.get(str(db.engine.url))


def forget() -> None:
    """Read anew at the next use: after a change in this process."""
    _settings.forget()


def change(values: Mapping[str, str], *, actor_id: uuid.UUID | None, reason: str = "") -> Settings:
    """Set some settings from text, all or none, with one audit entry for each that really changed.

    Raises Invalid with one sentence a field.
    """
    with transaction() as session:
        _one_at_a_time(session)
        before = _read()
        after = _checked(before, values)
        for key in values:
            old, new = getattr(before, key), getattr(after, key)
            if old == new:
                continue
            session.merge(
                SystemConfig(
                    key=key,
                    value=json.dumps(new),
                    type=type_name(key),
                    description=Settings.model_fields[key].description or "",
                    updated_by=actor_id,
                    updated_at=now(),
                )
            )
            session.add(
                AuditEntry(
                    actor_id=actor_id, action="setting", target=key, reason=reason, detail={"from": old, "to": new}
                )
            )
    forget()
    return after


def _one_at_a_time(session: Any) -> None:
    """Two admins who save at once must not meet in an insert; SQLite lets only one write anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE system_configs IN SHARE ROW EXCLUSIVE MODE"))


def _read() -> Settings:
    rows = db.session.execute(select(SystemConfig.key, SystemConfig.value)).all()
    known = {key: _decoded(value) for key, value in rows if key in Settings.model_fields}
    try:
        return Settings(**known)
    except ValidationError as error:
        # A value of before its range was narrowed must not stop every page.
        wrong = {str(e["loc"][0]) for e in error.errors()}
        log.error("stored settings do not fit any more, their defaults are used: %s", ", ".join(sorted(wrong)))
        return Settings(**{key: value for key, value in known.items() if key not in wrong})


def _decoded(value: str) -> Any:
    """What a stored value says; None, which fits no setting, when it is no JSON."""
    try:
        return json.loads(value)
    except ValueError:
        return None


def _checked(before: Settings, values: Mapping[str, str]) -> Settings:
    unknown = {key: "There is no such setting." for key in values if key not in Settings.model_fields}
    if unknown:
        raise Invalid(unknown)
    return read(Settings, {**before.model_dump(), **{key: value.strip() for key, value in values.items()}})


_settings = Fresh(_read, FRESH_SECONDS)
