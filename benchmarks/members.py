"""People who are logged in, each with one work in the making: put into the tables in bulk."""

from __future__ import annotations

import json
import sqlite3
import uuid
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import insert

from app.accounts.models import Session, User
from app.accounts.sessions import new_token
from app.creations.models import Creation
from app.extensions import db, now, uuid7

BROWSER = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Accept-Language: en-GB,en;q=0.9",
    "Cache-Control: no-cache",
    "Pragma: no-cache",
    "Sec-Fetch-Site: same-origin",
    "Sec-Fetch-Mode: websocket",
    "Sec-Fetch-Dest: empty",
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Connection: Upgrade",
    "Upgrade: websocket",
)
"""The headers of a browser's handshake."""


@dataclass
class Member:
    """One person; `version` is how far their pages have come."""

    id: uuid.UUID
    token: str
    creation_id: uuid.UUID
    version: int = 1

    @property
    def cookie(self) -> str:
        """The cookie that opens their pages."""
        return f"kinora_session={self.token}"


def fill(app: Flask, count: int) -> list[Member]:
    """Make the tables and insert people, sessions and creations."""
    from flask_migrate import upgrade

    with app.app_context():
        upgrade()
        members = [Member(uuid7(), new_token()[0], uuid7()) for _ in range(count)]
        with db.engine.begin() as connection:
            connection.execute(insert(User), [_user(number, member) for number, member in enumerate(members)])
            connection.execute(insert(Session), [_session(member) for member in members])
            connection.execute(insert(Creation), [_creation(member) for member in members])
        db.engine.dispose()
    return members


def handshakes(members: list[Member], base: str, file: Path) -> Path:
    """Write the requests of two pages of each, as `crowd` reads them."""
    lines = [(f"/live?since={m.version}", f"Cookie: {m.cookie}") for m in members for _ in range(2)]
    file.write_text(json.dumps([handshake(base, *line) for line in lines]))
    return file


def handshake(base: str, path: str, *more: str) -> str:
    """One request for a websocket, as a browser sends it."""
    host = base.removeprefix("http://")
    return "\r\n".join([f"GET {path} HTTP/1.1", f"Host: {host}", f"Origin: {base}", *BROWSER, *more, "", ""])


def change(database: sqlite3.Connection, member: Member) -> None:
    """A tick of progress that the owner should see, as one short commit."""
    member.version += 1
    values = (member.version, member.version % 100 / 100, member.creation_id.hex)
    database.execute("BEGIN IMMEDIATE")
    database.execute("UPDATE users SET version = ? WHERE id = ?", (member.version, member.id.hex))
    database.execute("UPDATE creations SET version = ?, progress = ? WHERE id = ?", values)
    database.execute("COMMIT")


def _user(number: int, member: Member) -> dict[str, object]:
    return {"id": member.id, "username": f"member_{number}", "email": None, "version": member.version, "balance": 100}


def _session(member: Member) -> dict[str, object]:
    from app.accounts.sessions import id_of

    return {"id": id_of(member.token), "user_id": member.id, "created_at": now(), "last_seen_at": now()}


def _creation(member: Member) -> dict[str, object]:
    return {
        "id": member.creation_id,
        "user_id": member.id,
        "kind": "video",
        "state": "processing",
        "step": "waiting",
        "prompt": "Sun shafts through a kelp forest",
        "aspect_ratio": "16:9",
        "resolution": "720p",
        "duration": 8,
        "provider": "google",
        "model": "veo-3.1-generate-preview",
        "version": member.version,
    }
