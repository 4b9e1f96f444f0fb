"""The values that the gallery's pages show: people, works, prices, all made up."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from markupsafe import Markup

from app.accounts.shapes import SessionLine
from app.social.shapes import Feed, ProfileHead, Tile
from app.social.tiles import EAGER, tile_html
from app.studio.shapes import (
    Card,
    Choice,
    CreateForm,
    LedgerLine,
    ModelChoice,
    PriceGroup,
    PriceRow,
    PublishForm,
    Receipt,
    ReferenceChoice,
    StepMark,
    Suggestion,
    Ticket,
)
from tests.gallery.pictures import size_of

NOW = datetime.now(UTC)
RATIOS = {"wide": "16:9", "tall": "9:16", "square": "1:1"}
PROMPTS = (
    "Desert ridges at the last light, a slow push in, haze between the layers",
    "Green aurora over a spruce forest, long exposure, the camera tilts up",
    "Molten glass in a kiln, macro, amber and soot",
    "Four glossy spheres on a coral backdrop, soft studio light",
    "Sun shafts through a kelp forest, drifting camera, tiny silver fish turning",
    "A peony opening, time lapse, black ground",
    "Neon towers in the rain, windows going on one by one",
    "Sumi mountains, one red sun, wet paper texture",
    "Moonrise over a still sea, low horizon, 35 mm grain",
    "A lighthouse keeper climbs a spiral stair at dusk, lamp light sweeping the fog outside, handheld",
)
PEOPLE = ("maren", "ilse.k", "obi", "juno", "tidepool", "hana", "kaito", "north", "eirik")
SHAPES = ("wide", "tall", "square", "square", "wide", "tall", "tall", "square", "wide")


def number(n: int) -> uuid.UUID:
    """The same id for the same number, every time."""
    return uuid.UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + n)


def pictures(hue: int, shape: str) -> dict[str, str]:
    """The addresses of a work's files."""
    address = f"/media/{hue}-{shape}"
    return {"poster_url": f"{address}-960.webp", "poster_small_url": f"{address}-480.webp"}


def tile(n: int, **changes: object) -> Tile:
    """A published work."""
    shape, hue = SHAPES[n % len(SHAPES)], (n * 5) % 12
    video = n % 4 != 2 and n % 4 != 3
    width, height = size_of(shape, 1280)
    return replace(
        Tile(
            id=number(n),
            kind="video" if video else "image",
            username=PEOPLE[n % len(PEOPLE)],
            caption="Third try, and the haze finally sits between the ridges." if n % 3 == 0 else "",
            prompt=PROMPTS[n % len(PROMPTS)] if n % 7 != 6 else None,
            alt_text=PROMPTS[n % len(PROMPTS)].split(",")[0],
            aspect_ratio=RATIOS[shape],
            duration=(4, 6, 8)[n % 3] if video else None,
            resolution="1080p" if video else None,
            width=width,
            height=height,
            hue=hue,
            **pictures(hue, shape),
            media_url=f"/media/{hue}-{shape}.mp4" if video else f"/media/{hue}-{shape}-1280.webp",
            download_url=f"/media/{hue}-{shape}.mp4" if video else f"/media/{hue}-{shape}-1280.webp",
            published_at=NOW - timedelta(hours=n * n),
            like_count=(412, 1240, 288, 96, 733, 0, 1, 377, 655)[n % 9],
            liked=n % 5 == 0,
            model_label="Veo 3.1" if n % 2 else "Local renderer",
            is_local=n % 2 == 0,
            is_sample=n == 4,
            featured=n == 0,
        ),
        **changes,
    )


def feed(count: int = 20, after: str | None = "older", page: int = 1, start: int = 0, viewer: str = "maren") -> Feed:
    """A page of Explore, drawn: to be made while there is an application."""
    shown = [tile(n) for n in range(start, start + count)]
    first = page == 1
    drawn = (
        tile_html(one, signed_in=bool(viewer), leads=first and one.featured, eager=first and at < EAGER)
        for at, one in enumerate(shown)
    )
    return Feed(Markup("").join(drawn), count, after, page)


def head(username: str = "maren", **changes: object) -> ProfileHead:
    """The top of a profile."""
    bio = "Ridges, weather, and things that take a long time."
    return replace(ProfileHead(username, bio, NOW - timedelta(days=200), 12, 1840, False), **changes)


def card(n: int, state: str = "draft", **changes: object) -> Card:
    """A creation of ours."""
    shape, hue = SHAPES[n % len(SHAPES)], (n * 5) % 12
    ready = state in ("draft", "published")
    width, height = size_of(shape, 1280)
    base = Card(
        id=number(100 + n),
        kind="video",
        state=state,
        version=40 + n,
        prompt=PROMPTS[n % len(PROMPTS)],
        negative_prompt="",
        aspect_ratio=RATIOS[shape],
        resolution="1080p",
        duration=6,
        model_label="Veo 3.1",
        credit_cost=90,
        hue=hue,
        created_at=NOW - timedelta(minutes=3 + 17 * n),
        status={"pending": "Waiting", "draft": "Ready", "published": "Published"}.get(state, "About 40 s left"),
        steps=steps(state),
        width=width if ready else None,
        height=height if ready else None,
        media_url=f"/media/{hue}-{shape}.mp4" if ready else None,
        download_url=f"/media/{hue}-{shape}.mp4" if ready else None,
        **(pictures(hue, shape) if ready else {}),
    )
    return replace(base, **changes)


def image_card(n: int, state: str = "draft", **changes: object) -> Card:
    """An image of ours."""
    made = card(n, state, kind="image", duration=None, resolution=None, credit_cost=5, model_label="Local renderer")
    url = made.poster_url and made.poster_url.replace("960", "1280")
    return replace(made, media_url=url, download_url=url, is_local=True, **changes)


def failed(n: int = 7, **changes: object) -> Card:
    """A creation that was not made."""
    reason = "The model declined this prompt. Leave out real people's names and try again."
    status = "Failed, 90 credits returned"
    return card(n, "failed", **{"status": status, "reason": reason} | changes)


def steps(state: str) -> tuple[StepMark, ...]:
    """The steps of the status page, up to the one that `state` stands for."""
    order = ("pending", "processing", "downloading", "draft")
    labels = ("Waiting", "Processing", "Downloading", "Not made" if state == "failed" else "Ready")
    at = {"published": 3, "failed": 1}.get(state, order.index(state) if state in order else 0)
    marks = [
        StepMark(label, NOW - timedelta(seconds=90 - 25 * n) if n <= at else None, n == at)
        for n, label in enumerate(labels)
    ]
    if state == "failed":
        marks = [*marks[:2], StepMark("Not made", NOW, current=True)]
        marks[1] = replace(marks[1], current=False)
    return tuple(marks)


def drafts() -> tuple[Card, ...]:
    """One of each state."""
    return (
        card(9, "processing", progress=0.62),
        card(4),
        card(1),
        card(5, "pending", ahead=2, can_cancel=True, duration=4, resolution="720p"),
        failed(3),
        image_card(7),
        card(8, "published"),
        card(6, "downloading", status="Almost there"),
        failed(2, status="Cancelled, 90 credits returned", reason="You cancelled it before it was sent."),
    )


def ticket(**changes: object) -> Ticket:
    """A ticket that can be paid."""
    return replace(Ticket(credits=90, balance=132, quote="signed"), **changes)


POOR = ticket(
    balance=50,
    problem="credits",
    words="You have 50, this needs 90.",
    suggestion=Suggestion("4 s at 720p costs 40", "/create?duration=4&resolution=720p"),
)
BUSY = ticket(problem="limit", words="3 are being made; wait for one.")
OFF = ticket(problem="off", words="Videos are switched off at the moment.")


def reference(n: int = 8) -> ReferenceChoice:
    """A chosen picture."""
    return ReferenceChoice(number(200 + n), f"/media/{n * 5 % 12}-wide-480.webp", "moonrise.webp", 960, 540, 84_000)


MODELS = (
    ModelChoice("studio/one", "Studio One", 90, "about 60 s", checked=True),
    ModelChoice("studio/two", "Studio Two with a rather long name", 45, "about 3 min", "6 s at 768p"),
    ModelChoice("house/free", "House Drawing", 0, "about 20 s"),
)


IMAGE = {
    "kind": "image",
    "models": MODELS[:1],
    "durations": (),
    "resolutions": (),
    "sound": "never",
    "aspect_ratios": (Choice("1:1", "1:1", checked=True), Choice("16:9", "16:9"), Choice("9:16", "9:16")),
    "max_references": 2,
    "roles": (("", "Any use"), ("person", "Person"), ("product", "Product"), ("style", "Style")),
    "ticket": ticket(credits=5),
}
"""What is other for an image."""


def form(**changes: object) -> CreateForm:
    """The Create form for a video, with a prompt typed."""
    base = CreateForm(
        kind="video",
        prompt=PROMPTS[9] + ", 35 mm film grain",
        prompt_max=500,
        negative_prompt="",
        takes=frozenset({"seed"}),
        models=MODELS,
        model="studio/one",
        durations=(Choice("4", "4 s"), Choice("6", "6 s", checked=True), Choice("8", "8 s")),
        resolutions=(Choice("720p", "720p"), Choice("1080p", "1080p", checked=True)),
        aspect_ratios=(Choice("9:16", "9:16"), Choice("16:9", "16:9", checked=True)),
        sound="switch",
        sounds=True,
        seed="",
        note="",
        said="",
        references=(),
        spare=(),
        spare_words="",
        min_references=0,
        max_references=1,
        roles=(("", "In this order"), ("first", "First frame"), ("last", "Last frame")),
        upload_max_mb=5,
        ticket=ticket(),
        prices=(
            PriceGroup("Image", (PriceRow("One image", 5),)),
            PriceGroup("Video, Studio One", tuple(PriceRow(f"{s} s at 720p", s * 10) for s in (4, 6, 8))),
        ),
        idempotency_key="one",
        can_optimise=True,
        usual_ratios={"image": "1:1", "video": "9:16"},
    )
    return replace(base, **changes)


def publish_form(**changes: object) -> PublishForm:
    """The publish dialog of a portrait video."""
    return replace(PublishForm(card(1), "", 300, PROMPTS[1], 500, shows_prompt=True, can_suggest=True), **changes)


def receipt() -> Receipt:
    """A receipt with its refund."""
    lines = (("Duration", "6 s"), ("Rate", "10 credits a second"), ("1080p", "× 1.5"))
    return Receipt(failed(), lines, 90, NOW - timedelta(minutes=9), 90, NOW - timedelta(minutes=7), 132)


def ledger() -> tuple[LedgerLine, ...]:
    """A charge, its refund, and where the first credits came from."""
    return (
        LedgerLine(
            NOW - timedelta(minutes=7), "Returned: video", 90, 132, number(107), "The model declined it.", refund=True
        ),
        LedgerLine(NOW - timedelta(minutes=9), "Video, 6 s at 1080p", -90, 42, number(107)),
        LedgerLine(NOW - timedelta(hours=3), "Image", -5, 132, number(108)),
        LedgerLine(NOW - timedelta(days=2), "Grant by the house", 1037, 137, None, "For trying the beta."),
        LedgerLine(NOW - timedelta(days=3), "Welcome", 100, 100, None),
    )


def sessions() -> tuple[SessionLine, ...]:
    """Two devices."""
    return (
        SessionLine("a", "Firefox on Linux", NOW - timedelta(days=2), NOW, current=True),
        SessionLine("b", "Safari on iPhone", NOW - timedelta(days=30), NOW - timedelta(hours=5), current=False),
    )
