"""`/readyz` tells machines whether what we stand on answers, and strangers nothing more (OPS-03)."""

from flask import Flask

from tests.people import Person


def test_a_whole_house_is_ready_even_while_its_workers_are_away(nobody: Person) -> None:
    answer = nobody.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "ready": True,
        "database": True,
        "redis": True,
        "workers": False,
        "storage": True,
        "room": True,
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_redis_it_is_not_ready_and_does_not_say_why(app: Flask, nobody: Person) -> None:
    from app import queue

    url = app.extensions["kinora_config"].redis_url
    queue.connect("redis://127.0.0.1:1/0")
    try:
        answer = nobody.get("/readyz")
    finally:
        queue.connect(url)
    assert answer.status_code == 503
    assert answer.json["redis"] is False
    assert "127.0.0.1" not in answer.text
