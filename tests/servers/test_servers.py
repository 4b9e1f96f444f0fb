"""The servers that other tests lean on."""

from collections.abc import Iterator

import boto3
import psycopg
import pytest
import redis
import sqlalchemy

from tests.servers.postgres import RunningPostgres, running_postgres
from tests.servers.redis import RunningRedis, running_redis
from tests.servers.s3 import ACCESS_KEY, REGION, SECRET_KEY, RunningS3, running_s3


@pytest.fixture
def own_redis() -> Iterator[RunningRedis]:
    """A Redis to kill."""
    with running_redis() as server:
        yield server


@pytest.fixture(scope="module")
def postgres() -> Iterator[RunningPostgres]:
    """A PostgreSQL that does without safety."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def s3() -> Iterator[RunningS3]:
    """An S3 server."""
    with running_s3() as server:
        yield server


def test_redis_keeps_what_it_was_told_through_a_crash(own_redis: RunningRedis) -> None:
    with redis.Redis.from_url(own_redis.url) as client:
        client.set("queued", "yes")
    own_redis.kill()
    with redis.Redis.from_url(own_redis.url, retry=None) as client, pytest.raises(redis.ConnectionError):
        client.ping()
    own_redis.start()
    with redis.Redis.from_url(own_redis.url) as client:
        assert client.get("queued") == b"yes"
    own_redis.empty()
    with redis.Redis.from_url(own_redis.url) as client:
        assert client.dbsize() == 0


def test_a_database_is_a_copy_of_its_template(postgres: RunningPostgres) -> None:
    template = postgres.fresh_database()
    tell(template, "CREATE TABLE words (word text)")
    first, second = (postgres.fresh_database(template) for _ in range(2))
    tell(first, "INSERT INTO words VALUES ('hello')")
    assert tell(first, "SELECT count(*) FROM words") == 1
    assert tell(second, "SELECT count(*) FROM words") == 0
    postgres.drop_database(second)
    with pytest.raises(sqlalchemy.exc.OperationalError):
        tell(second, "SELECT 1")


def test_postgresql_can_be_killed_and_comes_back_with_what_was_committed() -> None:
    with running_postgres(durable=True) as server:
        url = server.fresh_database()
        tell(url, "CREATE TABLE words (word text)")
        assert tell(url, "SHOW fsync") == "on"
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.url(driver="postgresql"))
        server.start()
        assert tell(url, "SELECT count(*) FROM words") == 0


def test_a_bucket_starts_empty(s3: RunningS3) -> None:
    first, second = s3.fresh_bucket(), s3.fresh_bucket()
    client = boto3.client(
        "s3",
        endpoint_url=s3.url,
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
    )
    client.put_object(Bucket=first, Key="a", Body=b"hello")
    assert client.get_object(Bucket=first, Key="a")["Body"].read() == b"hello"
    assert client.list_objects_v2(Bucket=second)["KeyCount"] == 0


def tell(url: str, statement: str) -> object:
    """Run one statement; the first value of its answer."""
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with engine.begin() as connection:
        result = connection.execute(sqlalchemy.text(statement))
        return result.scalar() if result.returns_rows else None
