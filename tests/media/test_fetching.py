"""Fetching from a real server on this machine, with all that can go wrong on the way."""

from __future__ import annotations

import hashlib
import socket
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from app.media.errors import FetchError
from app.media.fetching import Fetched, Patience, fetch
from app.providers.base import Download

BODY = bytes(range(256)) * 4096
SHORT = Patience(connect=1, idle=0.3, total=0.8)


class _Stand(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        self.seen.append((f"{self.headers['Host']}{self.path}", self.headers.get("x-goog-api-key")))
        self.close_connection = True
        getattr(self, "_" + self.path.split("/")[1].split("?")[0])()

    def _head(self, status: int = 200, kind: str = "video/mp4", **more: object) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, **more}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def _whole(self) -> None:
        self._head(Content_Length=len(BODY))
        self.wfile.write(BODY)

    def _chunked(self, end: bytes = b"0\r\n\r\n") -> None:
        self._head(Transfer_Encoding="chunked")
        self.wfile.write(b"%x\r\n%b\r\n" % (len(BODY), BODY) + end)

    def _chunked_cut(self) -> None:
        self._chunked(end=b"ffff\r\nno more")

    def _cut(self) -> None:
        self._head(Content_Length=len(BODY))
        self.wfile.write(BODY[:-1])

    def _empty(self) -> None:
        self._head(Content_Length=0)

    def _announced(self) -> None:
        self._head(Content_Length=1 << 40)

    def _endless(self) -> None:
        self._head()
        for _ in range(100):
            self.wfile.write(BODY)

    def _html(self) -> None:
        self._head(kind="text/html; charset=utf-8", Content_Length=len(BODY))
        self.wfile.write(BODY)

    def _json(self) -> None:
        self._head(kind="application/problem+json", Content_Length=2)
        self.wfile.write(b"{}")

    def _packed(self) -> None:
        self._head(Content_Length=len(BODY), Content_Encoding="gzip")

    def _status(self) -> None:
        self._head(int(self.path.split("/")[2]), Content_Length=0)

    def _hang(self) -> None:
        time.sleep(1.5)

    def _drip(self) -> None:
        self._head(Content_Length=len(BODY))
        for _ in range(20):
            self.wfile.write(b"x")
            time.sleep(0.1)

    def _drip_head(self) -> None:
        for _ in range(20):
            self.wfile.write(b"H")
            time.sleep(0.1)

    def _hop(self) -> None:
        left = int(self.path.split("/")[2])
        self._head(302, Location=f"/hop/{left - 1}" if left > 1 else "/whole", Content_Length=0)

    def _to(self) -> None:
        self._head(302, Location=self.path.partition("?")[2], Content_Length=0)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def stand() -> Iterator[ThreadingHTTPServer]:
    handler = type("Stand", (_Stand,), {"seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def get(stand: ThreadingHTTPServer, tmp_path: Path):  # type: ignore[no-untyped-def]
    """Fetch a path of the stand; whatever happens, no part of a file is left."""

    def got(path: str, *, hosts: frozenset[str] | None = None, cap: int = 8 << 20, **headers: str) -> Fetched:
        home = f"127.0.0.1:{stand.server_port}"
        source = Download(f"http://{home}{path}", hosts or frozenset({home}), headers, home if headers else "")
        try:
            return fetch(source, tmp_path / "got", cap_bytes=cap, patience=SHORT)
        except FetchError:
            assert list(tmp_path.iterdir()) == []
            raise

    return got


def _seen(stand: ThreadingHTTPServer) -> list[tuple[str, str | None]]:
    seen: list[tuple[str, str | None]] = stand.RequestHandlerClass.seen  # type: ignore[attr-defined]
    return seen


@pytest.mark.parametrize("path", ["/whole", "/chunked", "/hop/3", "/whole/a?b=c"])
def test_a_result_arrives_whole(get, tmp_path: Path, path: str) -> None:  # type: ignore[no-untyped-def]
    assert get(path) == Fetched(len(BODY), hashlib.sha256(BODY).digest(), "video/mp4")
    assert (tmp_path / "got").read_bytes() == BODY


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/cut", "cut"),
        ("/chunked_cut", "cut"),
        ("/empty", "cut"),
        ("/announced", "too_large"),
        ("/endless", "too_large"),
        ("/html", "wrong_type"),
        ("/json", "wrong_type"),
        ("/packed", "wrong_type"),
        ("/status/403", "gone"),
        ("/status/404", "gone"),
        ("/status/410", "gone"),
        ("/status/500", "unreachable"),
        ("/status/206", "unreachable"),
        ("/hang", "unreachable"),
        ("/drip", "unreachable"),
        ("/drip_head", "unreachable"),
        ("/hop/4", "refused_host"),
        ("/to?https://evil.example/x", "refused_host"),
        ("/to?http://169.254.169.254/latest", "refused_host"),
        ("/to?file:///etc/passwd", "refused_host"),
        ("/to?http://127.0.0.1:1/", "refused_host"),
    ],
)
def test_what_goes_wrong_has_a_reason(get, stand: ThreadingHTTPServer, path: str, reason: str) -> None:  # type: ignore[no-untyped-def]
    began = time.monotonic()
    with pytest.raises(FetchError) as caught:
        get(path)
    assert caught.value.reason == reason
    assert time.monotonic() - began < 1.5
    for secret in ("127.0.0.1", str(stand.server_port), "evil", "169.254", path):
        assert secret not in str(caught.value)


def test_this_machine_is_refused_unless_it_is_listed(get, stand: ThreadingHTTPServer) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(FetchError, match="refused_host"):
        get("/whole", hosts=frozenset({"files.example.com"}))
    assert _seen(stand) == []


def test_the_key_goes_to_its_own_host_and_not_where_it_redirects(get, stand: ThreadingHTTPServer) -> None:  # type: ignore[no-untyped-def]
    port = stand.server_port
    hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
    get(f"/to?http://localhost:{port}/whole", hosts=hosts, **{"x-goog-api-key": "hush"})
    assert [key for _, key in _seen(stand)] == ["hush", None]
    assert _seen(stand)[1][0] == f"localhost:{port}/whole"


def test_a_refused_connection_and_an_unknown_name_are_unreachable(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for url, host in ((f"http://127.0.0.1:{port}/", "127.0.0.1"), ("https://name.invalid/", "name.invalid")):
        with pytest.raises(FetchError, match="unreachable"):
            fetch(Download(url, frozenset({host})), tmp_path / "got", patience=SHORT)


def test_the_operators_own_server_is_reached_and_its_redirects_stay_there(tmp_path: Path) -> None:
    """127.0.0.2 is this machine under a name that opens nothing for anybody else."""
    handler = type("Stand", (_Stand,), {"seen": []})
    with ThreadingHTTPServer(("127.0.0.2", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        own = f"http://127.0.0.2:{server.server_port}"

        def got(path: str, own_server: str = own) -> Fetched:
            source = Download(own + path, frozenset(), own_server=own_server)
            return fetch(source, tmp_path / "got", patience=SHORT)

        assert got("/whole").size == got("/hop/2").size == len(BODY)
        seen = len(handler.seen)
        for path in ("http://127.0.0.1:1/", f"http://127.0.0.1:{server.server_port}/whole", "http://127.0.0.2:1/"):
            with pytest.raises(FetchError, match="refused_host"):
                got(f"/to?{path}")
        assert len(handler.seen) == seen + 3
        with pytest.raises(FetchError, match="refused_host"):
            got("/whole", own_server="")
        assert len(handler.seen) == seen + 3
        server.shutdown()
