"""A folder, and a bucket on a real server that speaks S3; the shared tests run on both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from app.storage import Storage
from app.storage.bucket import BucketStorage
from app.storage.folder import FolderStorage


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    boto3.client(
        "s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    ).create_bucket(Bucket="kinora")
    yield url
    server.stop()


@pytest.fixture
def bucket(s3_url: str) -> BucketStorage:
    return BucketStorage("kinora", endpoint_url=s3_url, region="us-east-1", key="k", secret="s")


@pytest.fixture
def folder(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "store")


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest) -> Storage:
    found: Storage = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "made.png"
    path.write_bytes(b"picture" * 1000)
    return path
