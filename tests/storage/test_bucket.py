"""The bucket: headers, signed addresses, memory, and words when it fails."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from app.storage import StorageError, new_key
from app.storage.bucket import BucketStorage

_MEASURED_PUT = """
import sys
from pathlib import Path
from app.storage import new_key
from app.storage.bucket import BucketStorage

def peak():
    # Of this program alone: getrusage tells at least what the parent had when it started us.
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024
store = BucketStorage("kinora", endpoint_url=sys.argv[1], region="us-east-1", key="k", secret="s")
store.check()
before = peak()
store.put(new_key("video", "mp4"), Path(sys.argv[2]), "video/mp4")
print(peak() - before)
"""


def _headers(s3_url: str, key: str) -> dict[str, str]:
    client = boto3.client(
        "s3", endpoint_url=s3_url, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    )
    facts = client.head_object(Bucket="kinora", Key=key)
    return {"type": facts["ContentType"], "cache": facts["CacheControl"]}


def test_drafts_are_never_cached_and_published_files_always(bucket: BucketStorage, s3_url: str, file: Path) -> None:
    draft, published = new_key("image", "png"), new_key("image", "png")
    bucket.put(draft, file, "image/png")
    bucket.copy(draft, published, public=True)
    assert _headers(s3_url, draft) == {"type": "image/png", "cache": "private, no-store"}
    assert _headers(s3_url, published) == {"type": "image/png", "cache": "public, max-age=31536000, immutable"}
    bucket.copy(published, draft)
    assert _headers(s3_url, draft)["cache"] == "private, no-store"


def test_a_signed_address_opens_the_file_for_five_minutes_at_most(bucket: BucketStorage, file: Path) -> None:
    key = new_key("image", "png")
    bucket.put(key, file, "image/png")
    address = bucket.address(key, seconds=86400, download_name="kinora-été.png")
    assert address is not None
    asked = parse_qs(urlsplit(address).query)
    assert asked["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert asked["X-Amz-Expires"] == ["300"]
    assert "/us-east-1/s3/aws4_request" in asked["X-Amz-Credential"][0]
    assert len(asked["X-Amz-Signature"][0]) == 64
    disposition = "attachment; filename=\"kinora-ete.png\"; filename*=UTF-8''kinora-%C3%A9t%C3%A9.png"
    assert asked["response-content-disposition"] == [disposition]
    with urllib.request.urlopen(address) as answer:
        assert answer.read() == file.read_bytes()
        assert answer.headers["Content-Disposition"] == disposition


def test_published_files_have_the_public_address(s3_url: str) -> None:
    bucket = BucketStorage("kinora", endpoint_url=s3_url, key="k", secret="s", public_url="https://cdn.example/")
    key = new_key("video", "mp4")
    assert bucket.address(key, seconds=60, public=True) == f"https://cdn.example/{key}"
    for private in (bucket.address(key, seconds=60), bucket.address(key, seconds=60, public=True, download_name="a")):
        assert private is not None
        assert parse_qs(urlsplit(private).query)["X-Amz-Expires"] == ["60"]


def test_on_aws_the_address_names_bucket_and_region() -> None:
    address = BucketStorage("kinora", region="eu-west-1", key="k", secret="s").address(
        new_key("image", "png"), seconds=60
    )
    assert address is not None
    assert urlsplit(address).netloc == "kinora.s3.eu-west-1.amazonaws.com"


def test_a_large_file_needs_little_memory(s3_url: str, tmp_path: Path) -> None:
    big = tmp_path / "big.mp4"
    with big.open("wb") as file:
        for _ in range(60):
            file.write(os.urandom(1 << 20))
    run = subprocess.run(
        [sys.executable, "-c", _MEASURED_PUT, s3_url, str(big)], capture_output=True, text=True, check=True
    )
    assert int(run.stdout) < 32


def test_a_client_from_before_a_fork_is_not_used_after_it(bucket: BucketStorage) -> None:
    bucket.check()
    mine = bucket._s3()
    child = os.fork()
    if not child:
        os._exit(0 if bucket._s3() is not mine else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert bucket._s3() is mine


def test_a_missing_bucket_is_named(s3_url: str, file: Path) -> None:
    lost = BucketStorage("elsewhere", endpoint_url=s3_url, region="us-east-1", key="k", secret="s")
    for use in (lost.check, lambda: lost.put(new_key("image", "png"), file, "image/png"), lambda: list(lost.keys())):
        with pytest.raises(StorageError, match="S3_BUCKET: there is no bucket named elsewhere"):
            use()


class _Refuses(BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        body = b"<Error><Code>SignatureDoesNotMatch</Code><Message>The secret is hush</Message></Error>"
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_wrong_keys_are_named_and_not_repeated() -> None:
    server = HTTPServer(("127.0.0.1", 0), _Refuses)
    Thread(target=server.serve_forever, daemon=True).start()
    store = BucketStorage("kinora", endpoint_url=f"http://127.0.0.1:{server.server_port}", key="id", secret="hush")
    with pytest.raises(StorageError, match="AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY") as caught:
        store.check()
    assert "hush" not in str(caught.value)
    server.shutdown()
    server.server_close()


def test_a_refused_connection_is_a_storage_error(file: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    store = BucketStorage("kinora", endpoint_url=f"http://127.0.0.1:{port}", region="auto", key="k", secret="s")
    with pytest.raises(StorageError, match="cannot be reached"):
        store.put(new_key("image", "png"), file, "image/png")


def test_an_address_that_is_none_is_a_storage_error() -> None:
    with pytest.raises(StorageError, match="S3_ENDPOINT_URL"):
        BucketStorage("kinora", endpoint_url="not an address", key="k", secret="s").check()
