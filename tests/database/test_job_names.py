"""Jobs are named by string, so that the app never imports them; here each name is followed."""

from __future__ import annotations

import inspect

import pytest
from redis import RedisError
from rq.utils import import_attribute

from app import queue
from app.extensions import uuid7
from app.settings.catalogue import Settings


@pytest.mark.parametrize("job", queue.JOBS, ids=lambda job: job.name)
def test_every_job_is_found_by_its_name_and_takes_one_id_at_most(job: queue.Job):
    """JOB-01"""
    found = import_attribute(job.name)
    assert callable(found)
    wanted = [] if job in (queue.WATCH, queue.NIGHT) else [str(uuid7())]
    inspect.signature(found).bind(*wanted)


def test_no_two_jobs_share_a_name_and_rq_stops_none_before_its_lease_ends():
    assert len({job.name for job in queue.JOBS}) == len(queue.JOBS)
    assert min(job.timeout for job in queue.JOBS) > Settings().lease_seconds


@pytest.mark.parametrize("job", [queue.SUBMIT, queue.FETCH, queue.RENDER], ids=lambda job: job.name)
def test_a_message_waits_in_its_jobs_queue_and_is_known_there_by_its_creation(job: queue.Job):
    one, other = uuid7(), uuid7()
    queue.enqueue(job, one)
    queue.enqueue(job, one)
    queue.enqueue(job, other)
    assert queue.queued(job) == {one, other}
    assert queue.lengths()[job.queue] == 3
    assert all(
        queue.queued(another) == set() for another in (queue.SUBMIT, queue.FETCH, queue.RENDER) if another != job
    )


def test_a_queue_that_is_away_is_an_error_at_once(config):
    queue.connect("redis://127.0.0.1:1/0")
    try:
        with pytest.raises(RedisError):
            queue.enqueue(queue.SUBMIT, uuid7())
    finally:
        queue.connect(config.redis_url or "")
