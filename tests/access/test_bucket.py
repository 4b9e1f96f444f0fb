"""Files in a bucket: the browser is sent there with an address that soon ends."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.servers.s3 import RunningS3
from tests.studio.works import MEDIA, put, reference, row


@pytest.fixture
def environ(s3_server: RunningS3) -> dict[str, str]:
    """The application keeps its files in a bucket."""
    return {
        "S3_BUCKET": s3_server.fresh_bucket(),
        "S3_ENDPOINT_URL": s3_server.url,
        "S3_REGION": s3_server.region,
        "AWS_ACCESS_KEY_ID": s3_server.access_key,
        "AWS_SECRET_ACCESS_KEY": s3_server.secret_key,
    }


def test_who_may_see_it_is_sent_to_a_signed_address(app, ada, bob, nobody) -> None:
    made = put(ada, prompt='A "fox" 🦊')
    for key in (row(app, made).media_key, row(app, made).poster_key, reference(ada)[1]):
        answer = ada.get(f"/media/{key}")
        assert answer.status_code == 302
        assert answer.headers["Cache-Control"] == "private, no-store"
        query = parse_qs(urlsplit(answer.location).query)
        assert 0 < int(query["X-Amz-Expires"][0]) <= 300
        assert requests.get(answer.location, timeout=5).content == MEDIA
        for person in (bob, nobody):
            refused = person.get(f"/media/{key}")
            assert refused.status_code == 404
            assert "Location" not in refused.headers


def test_a_download_from_the_bucket_has_its_name(app, ada) -> None:
    made = put(ada, prompt='A "fox" 🦊')
    answer = ada.get(f"/media/{row(app, made).media_key}?download=1")
    sent = requests.get(answer.location, timeout=5)
    assert sent.headers["Content-Disposition"].startswith('attachment; filename="kinora-a-fox.png"')


def test_what_is_taken_back_is_not_sent_for_any_more(app, ada, nobody) -> None:
    made = put(ada, "published")
    key = row(app, made).media_key
    assert nobody.get(f"/media/{key}").status_code == 302
    ada.post(f"/creations/{made}/unpublish")
    assert nobody.get(f"/media/{key}").status_code == 404
