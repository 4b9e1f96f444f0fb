"""The names of the jobs, and how one is enqueued.

A message is a hint that carries an id: it may be lost, repeated or late, and the sweeper finds from the database what
has no message. Jobs are named by string, so that `app` never imports `jobs`; a test follows each name.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue, Worker

SUBMIT_QUEUE = "submit"
MEDIA_QUEUE = "media"
WATCH_QUEUE = "watch"


@dataclass(frozen=True)
class Job:
    """A function a worker runs, by its dotted name."""

    name: str
    queue: str
    timeout: int
    """Seconds after which RQ stops it; longer than any lease or time-out of ours."""


SUBMIT = Job("jobs.generation.submit", SUBMIT_QUEUE, 600)
FETCH = Job("jobs.generation.fetch", MEDIA_QUEUE, 600)
RENDER = Job("jobs.generation.render", MEDIA_QUEUE, 600)
WATCH = Job("jobs.watching.watch", WATCH_QUEUE, 300)
NIGHT = Job("jobs.upkeep.night", MEDIA_QUEUE, 7200)
JOBS = (SUBMIT, FETCH, RENDER, WATCH, NIGHT)

_connection: Redis | None = None


def connect(redis_url: str) -> Redis:
    """Open this process's connection to Redis; calls fail within 1 s, so that a request may lose three and answer."""
    global _connection
    # Requests must answer within seconds when Redis is down, so no retries here: the callers know what to do.
    _connection = Redis.from_url(
        redis_url, socket_connect_timeout=1.0, socket_timeout=1.0, retry=Retry(NoBackoff(), 0), health_check_interval=30
    )
    return _connection


def connection() -> Redis:
    """The connection that `connect` opened."""
    if _connection is None:
        raise RuntimeError("queue.connect was not called")
    return _connection


def enqueue(job: Job, creation_id: uuid.UUID) -> None:
    """Ring for work on a creation. Raises redis.RedisError when Redis is down."""
    Queue(job.queue, connection=connection()).enqueue_call(
        job.name,
        args=(str(creation_id),),
        job_id=f"{_prefix(job)}{creation_id}-{uuid.uuid4().hex[:8]}",
        timeout=job.timeout,
        result_ttl=0,
        failure_ttl=3600,
    )


def enqueue_alone(job: Job) -> None:
    """Ring for a job without an id, unless a message for it waits already. Raises redis.RedisError."""
    waiting = Queue(job.queue, connection=connection())
    name = job.name.rpartition(".")[2]
    if name not in waiting.get_job_ids():
        waiting.enqueue_call(job.name, job_id=name, timeout=job.timeout, result_ttl=0, failure_ttl=3600)


def queued(job: Job) -> set[uuid.UUID]:
    """The creations that have a message waiting in the job's queue. Raises redis.RedisError."""
    prefix = _prefix(job)
    ids = Queue(job.queue, connection=connection()).get_job_ids()
    return {uuid.UUID(i.removeprefix(prefix)[:36]) for i in ids if i.startswith(prefix)}


def count(job: Job) -> int:
    """How many messages of the job wait. Raises redis.RedisError."""
    waiting = Queue(job.queue, connection=connection())
    if [one for one in JOBS if one.queue == job.queue] == [job]:
        return int(waiting.count)
    return sum(i.startswith(_prefix(job)) for i in waiting.get_job_ids())


def lengths() -> dict[str, int]:
    """How many messages wait in each queue. Raises redis.RedisError."""
    return {name: Queue(name, connection=connection()).count for name in (SUBMIT_QUEUE, MEDIA_QUEUE)}


def workers() -> dict[str, int]:
    """How many workers listen to each queue, by RQ's own register. Raises redis.RedisError."""
    found = dict.fromkeys((WATCH_QUEUE, SUBMIT_QUEUE, MEDIA_QUEUE), 0)
    for worker in Worker.all(connection=connection()):
        for name in worker.queue_names():
            found[name] = found.get(name, 0) + 1
    return found


def _prefix(job: Job) -> str:
    return job.name.rsplit(".", 1)[-1] + "-"
