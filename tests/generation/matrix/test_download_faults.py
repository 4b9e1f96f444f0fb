"""What goes wrong between the provider's file and our store: fetched again, verified before it is believed."""

import pytest

from app.extensions import storage
from app.generation import results
from tests.engine import ask, make_due, row, settle, step
from tests.standins import media

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
KELP = "Sun shafts through a kelp forest"


@pytest.fixture
def fetching(google, pushed, ada):
    """A video that Google has finished."""
    creation = ask(ada.id, kind="video")
    while row(creation).step != "fetching":
        make_due(creation)
        step(row(creation))
    return creation


@pytest.fixture
def other(running_google, fetching):
    """Have Google deliver these bytes instead of the film; the true ones afterwards."""
    (job,) = running_google.jobs.values()

    def deliver(data: bytes) -> None:
        job.bytes = lambda: data

    return deliver


def stored() -> set[str]:
    """The keys of everything in the store."""
    every = storage().keys()
    return {one.key for one in every}


def fetch(creation) -> None:
    """One try, now."""
    make_due(creation)
    step(row(creation))


@pytest.mark.parametrize("fault", ["cut", "html", "reset", "500", "processing"])
def test_a_download_that_failed_is_made_again_from_the_start(google, fetching, drafted, fault):
    """JOB-08"""
    google.script("download", fault, fault)
    for tries in (1, 2):
        fetch(fetching)
        at = row(fetching)
        assert (at.state, at.fetch_tries, at.lease_token) == ("downloading", tries, None)
    settle(fetching)
    drafted(fetching)
    assert google.submits == {KELP: 1}


def test_nine_cut_downloads_are_the_end(google, fetching, failed):
    """JOB-08: three times three, 1 and 2 s apart, then 30."""
    google.script("download", *["cut"] * 9)
    pauses = []
    while row(fetching).step is not None:
        fetch(fetching)
        at = row(fetching)
        if at.next_run_at:
            pauses.append(round((at.next_run_at - at.updated_at).total_seconds()))
    failed(fetching, "result_unavailable", raw="cut")
    assert pauses == [1, 2, 30, 1, 2, 30, 1, 2]
    assert row(fetching).retry_count == 2
    assert len(google.requests_to("download")) == 9
    assert not results.source(fetching).exists()
    assert stored() == set()


def test_a_page_that_calls_itself_a_video_is_none(google, fetching, other, failed):
    """I7: by content, not by name."""
    other(b"<!doctype html><title>Sign in</title>" * 100)
    settle(fetching)
    failed(fetching, "result_unavailable")


@pytest.mark.parametrize(
    ("seconds", "resolution", "ratio"), [(6, "720p", "9:16"), (4, "360p", "9:16"), (4, "720p", "16:9")]
)
def test_a_video_of_another_length_or_size_than_was_paid_for_is_none(
    google, fetching, other, failed, seconds, resolution, ratio
):
    other(media.mp4(seconds, resolution, ratio))
    settle(fetching)
    failed(fetching, "result_unavailable")


def test_a_video_whose_end_is_missing_is_none_even_when_it_came_whole(google, fetching, other, failed):
    whole = media.mp4(4, "720p", "9:16")
    other(whole[: len(whole) // 2])
    settle(fetching)
    failed(fetching, "result_unavailable")


def test_a_wrong_file_once_does_not_stand_in_the_way_of_the_right_one(google, fetching, other, drafted):
    whole = media.mp4(4, "720p", "9:16")
    other(media.mp4(6, "720p", "9:16"))
    fetch(fetching)
    assert row(fetching).fetch_tries == 1
    other(whole)
    settle(fetching)
    drafted(fetching)


def test_a_redirect_to_somewhere_else_on_this_machine_is_not_followed(google, fetching, failed):
    inside = f"http://localhost:{google.port}/inside"
    google.script("download", *[{"fault": "redirect", "to": inside}] * 9)
    settle(fetching)
    failed(fetching, "result_unavailable", raw="refused_host")
    assert all(entry["path"] != "/inside" for entry in google.requests)


@pytest.mark.parametrize("to", ["http://169.254.169.254/latest", "https://example.org/video.mp4", "file:///etc/passwd"])
def test_a_redirect_off_the_provider_s_list_is_a_try_that_failed(google, fetching, drafted, to):
    google.script("download", {"fault": "redirect", "to": to})
    fetch(fetching)
    assert row(fetching).fetch_tries == 1
    settle(fetching)
    drafted(fetching)


def test_a_file_that_is_gone_is_asked_for_anew_before_it_is_given_up(google, fetching, failed):
    looks = len(google.requests_to("get"))
    google.script("download", *["expired"] * 9)
    settle(fetching)
    failed(fetching, "result_unavailable")
    assert len(google.requests_to("get")) == looks + 9


@pytest.mark.parametrize("status", ["403", "404", "410"])
def test_a_file_that_is_not_there_is_fetched_from_a_fresh_address(google, fetching, drafted, status):
    """The provider is asked where it lies now before the next try."""
    looks = len(google.requests_to("get"))
    google.script("download", status)
    fetch(fetching)
    assert row(fetching).fetch_tries == 1
    assert len(google.requests_to("get")) == looks + 1
    settle(fetching)
    drafted(fetching)


def test_what_is_stored_again_is_stored_under_the_same_names(google, pushed, fetching):
    """One object, one draft, the same bytes."""
    names = row(fetching).result["names"]
    made = settle(fetching)
    assert made.media_key == f"videos/{names['media']}.mp4"
    assert made.poster_key == f"posters/{names['poster']}.webp"
    assert stored() == {made.media_key, made.poster_key, made.poster_small_key}
