"""What each option costs, what is taken for it, and what is left (ADM-07, PRV-05, OPS-06)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from app.admin import margins
from app.admin.money import dollars, percent
from app.extensions import now
from app.settings.catalogue import Settings
from tests.catalogue.samples import IMAGE, VIDEO, fresh, known
from tests.studio.page import read
from tests.studio.works import configure, inside, put


@pytest.fixture
def environ():
    """Google is configured."""
    return {"GOOGLE_AI_API_KEY": "stand-in-key"}


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "$0.00"),
        ("0.5", "$0.50"),
        ("0.067", "$0.067"),
        ("0.0675", "$0.0675"),
        ("0.00333", "$0.0033"),
        ("0.00001", "under $0.0001"),
        ("-0.00001", "−under $0.0001"),
        ("0.99999", "$1.00"),
        ("1.005", "$1.01"),
        ("-0.45", "−$0.45"),
        ("1234567.891", "$1,234,567.89"),
        ("-12", "−$12.00"),
    ],
)
def test_money_is_written_as_precisely_as_it_needs(amount: str, words: str) -> None:
    assert dollars(Decimal(amount)) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [("0.5", "50%"), ("0.4999", "49.9%"), ("1", "100%"), ("0", "0%"), ("-0.125", "−12.5%"), ("-20", "−2,000%")],
)
def test_a_share_is_never_rounded_up_to_what_it_should_be(share: str, words: str) -> None:
    assert percent(Decimal(share)) == words


def of(app, entry, option=(None, None), **settings):
    """The margin of one option, as (credits, worth, cost, left), and whether the cost is assumed."""

    def reckon():
        one = margins.of(Settings(**settings), entry.model(), option)
        return one.credits, one.worth, one.cost, one.left, one.is_assumed

    return inside(app, reckon)


def test_an_image_is_its_price_less_its_list_cost(app) -> None:
    assert of(app, known(IMAGE)) == (5, Decimal("0.50"), Decimal("0.067"), Decimal("0.433"), False)
    assert of(app, known(IMAGE), credit_value_usd=0.01)[3] == Decimal("-0.017")


def test_a_second_of_video_costs_what_it_costs_at_its_resolution(app) -> None:
    assert of(app, known(), (8, "720p")) == (80, Decimal(8), Decimal("0.56"), Decimal("7.44"), False)
    assert of(app, known(), (8, "1080p")) == (120, Decimal(12), Decimal("0.84"), Decimal("11.16"), False)
    assert of(app, known(usd_per_run=1), (8, "720p"))[2] == Decimal("1.56")
    assert of(app, known(credits=3), (8, "720p"))[0] == 3


def test_a_video_without_a_list_cost_is_assumed_to_cost_what_the_settings_say(app) -> None:
    """PRV-05"""
    unlisted = known(usd=0, usd_at_resolution={}, usd_read_on=None)
    for seconds, cost in ((4, "3.00"), (6, "4.50"), (8, "6.00")):
        assert of(app, unlisted, (seconds, "720p"))[2:] == (
            Decimal(cost),
            Decimal(seconds) - Decimal(cost),
            True,
        )
    assert of(app, known(usd=0, usd_at_resolution={}), (8, "720p"))[2] == 0, "a price list may say nothing"


def test_nobody_knows_what_an_image_without_a_list_cost_costs_and_what_is_drawn_here_costs_nothing(app) -> None:
    assert of(app, fresh(provider="google"))[2:] == (None, None, False)
    assert of(app, fresh())[2:] == (0, Decimal("0.50"), False)


def rows(admin, path: str = "/admin/models") -> list[str]:
    """The margins of a page, one text a line."""
    text = admin.get(path).text.partition('aria-label="Margin of each option"')[2]
    return [" ".join(read(row).words.split()) for row in text.partition("</table>")[0].split("<tr")[2:]]


def test_the_worst_stands_first_and_is_marked(app, admin) -> None:
    configure(app, credit_value_usd="0.02")
    lines = rows(admin)
    assert "Gemini 3.1 Flash Image One image 33%Under 50% 5 $0.10 $0.067 $0.033" in lines[0]
    shares = [float(share) for one in lines[:-1] if (share := _share(one)) is not None]
    assert shares == sorted(shares)
    assert shares[-1] == 100
    assert "0 at a loss 2 under 50%" in read(admin.get("/admin/models")).words
    configure(app, credit_value_usd="0.005")
    assert "Gemini 3.1 Flash Image One image −168%At a loss 5 $0.025 $0.067 −$0.042" in rows(admin)[0]


def _share(line: str) -> str | None:
    share = next((word for word in line.split() if "%" in word), None)
    return share and share.partition("%")[0].replace("−", "-").replace(",", "")


def test_the_totals_are_those_of_what_was_made_lately(admin, ada) -> None:
    made = {"kind": "video", "provider": "google", "model": "gemini-omni-1.2-flash", "duration": 8}
    put(ada, credit_cost=80, **made)
    put(ada, "published", credit_cost=80, **made)
    put(ada, "failed", credit_cost=80, **made)
    put(ada, credit_cost=80, is_sample=True, **made)
    put(ada, credit_cost=80, created_at=now() - timedelta(days=31), **made)
    line = next(one for one in rows(admin) if "Gemini Omni 1.2 Flash" in one and "8 s at 720p" in one)
    assert line.endswith(" 2")
    total = rows(admin)[-1]
    for words in ("$16.00", "$1.12", "$14.88", "93%"):
        assert words in total
    assert total.endswith("2")


def test_a_models_own_page_has_its_own_options_also_when_it_is_not_offered(app, admin) -> None:
    own = rows(admin, f"/admin/models/{VIDEO}")
    assert len(own) == 7
    assert all(" s at " in one for one in own[:-1])
    assert len(rows(admin, "/admin/models/google-cloud/veo-3.1-generate-001")) == 5
