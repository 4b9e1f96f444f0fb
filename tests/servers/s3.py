"""A server that speaks S3: `s3_server.url`, `s3_server.fresh_bucket()`."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import pytest
from moto.server import ThreadedMotoServer

# The server takes any; clients need some.
ACCESS_KEY = "kinora"
SECRET_KEY = "kinora-secret"
REGION = "us-east-1"


class RunningS3:
    """An S3 server of this process."""

    access_key = ACCESS_KEY
    secret_key = SECRET_KEY
    region = REGION

    def __init__(self, url: str) -> None:
        self.url = url

    def environ(self, bucket: str) -> dict[str, str]:
        """What an application is told that keeps its files in a bucket of this server."""
        return {
            "S3_BUCKET": bucket,
            "S3_ENDPOINT_URL": self.url,
            "S3_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }

    def fresh_bucket(self) -> str:
        """Make an empty bucket and return its name."""
        # Every server of a process keeps its buckets in one place, so names are used once.
        name = f"kinora-{uuid.uuid4().hex}"
        client = boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
        )
        client.create_bucket(Bucket=name)
        client.close()
        return name


@contextmanager
def running_s3() -> Iterator[RunningS3]:
    """An S3 server while the block runs. All of one process share their buckets."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield RunningS3(f"http://{host}:{port}")
    finally:
        server.stop()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[RunningS3]:
    """One S3 server for the whole session; each test makes its bucket."""
    with running_s3() as server:
        yield server
