"""A price that was shown is the price that is charged, for ten minutes."""

import time
import uuid

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from app.errors import Invalid
from app.extensions import config
from app.generation import orders, quotes, starting
from app.settings import store
from tests.database.books import broken, entries
from tests.engine import VIDEO, row

OPTIONS = quotes.Options("video", "local", "kinora-local-video-1", 4, "720p")
ASKED_AGAIN = "This costs 80 credits now. Press Generate again if that is right."


class Earlier(TimestampSigner):
    """Signs as it would have a little more than ten minutes ago."""

    def get_timestamp(self) -> int:
        return int(time.time()) - quotes.GOOD_FOR_SECONDS - 1


def start(user_id: uuid.UUID, quote: str, **fields: str) -> uuid.UUID:
    """Ask for a video with the quote that the form showed."""
    return starting.start(user_id, orders.read({**VIDEO, **fields}), key=uuid.uuid4().hex, quote=quote).creation_id


def double_the_price() -> None:
    """As an admin does."""
    store.change({"video_credit_per_second": "20"}, actor_id=None)


def test_what_was_shown_is_charged_although_the_price_was_raised_meanwhile(app, ada):
    """PRC-09"""
    with app.app_context():
        quote = quotes.sign(OPTIONS, 40)
        double_the_price()
        made = start(ada.id, quote)
        assert entries(made) == [("video_generation", -40)]
        assert row(made).credit_cost == 40
        assert row(made).price == {"credits": 40, "duration": 4, "resolution": "720p", "model": OPTIONS.model}
        assert broken() == {}


def test_without_a_quote_today_s_price_is_charged(app, ada):
    with app.app_context():
        double_the_price()
        assert entries(start(ada.id, "")) == [("video_generation", -80)]


def forged() -> str:
    """A cheap price, signed by somebody who does not know the secret."""
    facts = ["video", "local", OPTIONS.model, 4, "720p", 1]
    return URLSafeTimedSerializer("a guess at the secret", salt="quote").dumps(facts)


def expired() -> str:
    """A price of more than ten minutes ago."""
    facts = ["video", "local", OPTIONS.model, 4, "720p", 40]
    return URLSafeTimedSerializer(config().secret_key, salt="quote", signer=Earlier).dumps(facts)


def of_another_purpose() -> str:
    """Signed by us, for something else."""
    return URLSafeTimedSerializer(config().secret_key, salt="reset").dumps(["video", "local", OPTIONS.model, 4, "", 1])


def for_other_options() -> str:
    """The price of an image, sent along with a video."""
    return quotes.sign(quotes.Options("image", "local", "kinora-local-image-1", None, None), 5)


@pytest.mark.parametrize("quote", [forged, expired, of_another_purpose, for_other_options, lambda: "nonsense"])
def test_a_quote_that_does_not_hold_is_asked_about_again_and_charges_nothing(app, ada, quote):
    with app.app_context():
        given = quote()
        double_the_price()
        with pytest.raises(Invalid) as refused:
            start(ada.id, given)
        assert refused.value.errors == {"quote": ASKED_AGAIN}
    assert ada.balance() == 100


def test_a_quote_for_something_dearer_charges_the_real_price_without_asking(app, ada):
    """Whoever was shown more than it costs need not be asked again."""
    with app.app_context():
        eight = quotes.sign(quotes.Options("video", "local", OPTIONS.model, 8, "720p"), 80)
        assert entries(start(ada.id, eight)) == [("video_generation", -40)]


def test_a_quote_is_read_back_for_its_own_options_alone(app):
    with app.app_context():
        quote = quotes.sign(OPTIONS, 40)
        assert quotes.read(quote, OPTIONS) == 40
        assert quotes.read(quote, quotes.Options("video", "google", OPTIONS.model, 4, "720p")) is None
        assert quotes.read(quote, quotes.Options("video", "local", OPTIONS.model, 4, "1080p")) is None
        assert quotes.shown(quote) == 40
        assert quotes.read(expired(), OPTIONS) is None
