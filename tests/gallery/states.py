"""Every state of every template: a name, the template, its values, and who is looking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from app.creations.failures import Refusal
from app.studio.shapes import Choice, Declined, Rewording
from tests.gallery import dashboard, models, values

SAMPLES = values.PROMPTS[:3]


@dataclass(frozen=True)
class State:
    """One page or partial of the gallery."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)
    """A function among them is given the viewer when the page is drawn."""
    viewer: str = "maren"
    """"" for nobody, "maren" for a person, "admin" for an admin."""
    notice: str | None = None

    @property
    def partial(self) -> bool:
        return self.template.rsplit("/", 1)[1].startswith("_")


def _later(*arguments: Any) -> Callable[[str], Any]:
    """A feed that is drawn with the page it is on, for its viewer."""
    return lambda viewer: values.feed(*arguments, viewer=viewer)


def _social() -> dict[str, State]:
    feed = _later
    home, explore, profile = "social/home.html", "social/explore.html", "social/profile.html"
    everything = {"feed": feed(), "kind": "all", "query": ""}
    nothing = everything | {"feed": feed(0, None)}
    work = {"tile": values.tile(0), "signed_in": True, "previous_id": None, "next_id": values.number(1)}
    image = work | {"tile": values.tile(7), "previous_id": values.number(6)}
    return {
        "home": State(home, {"featured": tuple(values.tile(n, kind="video", duration=6) for n in (0, 1, 4, 5, 8))}, ""),
        "home-empty": State(home, {"featured": ()}, ""),
        "home-signed-in": State(home, {"featured": (values.tile(0), values.tile(1), values.tile(4))}),
        "explore": State(explore, everything),
        "explore-admin": State(
            explore, everything, "admin", "Videos are switched off until noon: the provider is being mended."
        ),
        "explore-signed-out": State(explore, everything, ""),
        "explore-empty": State(explore, nothing, ""),
        "explore-nothing-found": State(explore, nothing | {"kind": "video", "query": "glass whale"}),
        "explore-found": State(explore, everything | {"feed": feed(3, None), "query": "sun"}),
        "tiles-next": State("social/_tiles.html", {"feed": feed(6, "more", 2, 20), "kind": "all", "query": ""}),
        "tiles-fifth": State("social/_tiles.html", {"feed": feed(6, "more", 5, 20), "kind": "all", "query": ""}),
        "tiles-last": State("social/_tiles.html", {"feed": feed(6, None, 3, 20), "kind": "all", "query": ""}),
        "tile": State("social/_tile.html", work | {"leads": True, "eager": True}),
        "like": State("social/_like.html", work),
        "like-signed-out": State("social/_like.html", work | {"signed_in": False}, ""),
        "player": State("social/_player.html", work),
        "post": State("social/post.html", work),
        "post-image": State("social/post.html", image),
        "post-signed-out": State("social/post.html", work | {"signed_in": False}, ""),
        "profile": State(profile, {"head": values.head("ilse.k"), "feed": feed(9, None)}),
        "profile-mine": State(profile, {"head": values.head(is_me=True), "feed": feed(9, None)}),
        "profile-mine-empty": State(
            profile, {"head": values.head(is_me=True, works=0, likes=0, bio=""), "feed": feed(0, None)}
        ),
        "profile-signed-out": State(profile, {"head": values.head(), "feed": feed(9, "more")}, ""),
    }


def _accounts() -> dict[str, State]:
    refused = {"username": "This name is taken.", "password": "At least 10 characters, please."}
    typed = {"username": "maren", "email": "maren@example.org"}
    return {
        "signup": State("accounts/signup.html", {"values": {}, "errors": {}, "next": ""}, ""),
        "signup-refused": State("accounts/signup.html", {"values": typed, "errors": refused, "next": "/create"}, ""),
        "login": State("accounts/login.html", {"values": {}, "errors": {}, "next": ""}, ""),
        "login-refused": State(
            "accounts/login.html", {"values": typed, "errors": {"": "Name or password is wrong."}, "next": ""}, ""
        ),
        "settings": State("accounts/settings.html", {"sessions": values.sessions(), "errors": {}}),
        "settings-refused": State(
            "accounts/settings.html",
            {"sessions": values.sessions(), "errors": {"current_password": "This is not your password."}},
        ),
    }


def _create() -> dict[str, State]:
    recent = tuple(values.image_card(n) for n in (4, 7, 8, 2, 3))

    def page(card: object = None, recent: object = recent, **changes: object) -> State:
        return State("studio/create.html", {"form": values.form(**changes), "recent": recent, "card": card})

    image = values.IMAGE
    return {
        "create": page(references=(values.reference(),)),
        "create-first": page(recent=(), prompt=""),
        "create-image": page(**image | {"takes": frozenset({"negative_prompt", "seed"}), "models": values.MODELS}),
        "create-image-references": page(**image, references=(values.reference(), values.reference(4))),
        "create-image-making": page(values.image_card(7, "processing", progress=None, version=60), **image),
        "create-image-ready": page(values.image_card(7), **image),
        "create-poor": page(ticket=values.POOR),
        "create-limit": page(ticket=values.BUSY),
        "create-off": page(ticket=values.OFF, notice="Videos are switched off at the moment. Your words stay here."),
        "create-optimised": page(undo_prompt="a lighthouse"),
        "create-complete": page(prompt_note="Nothing to add: it says all it needs."),
        "create-refused": page(
            prompt="x" * 520,
            errors={"prompt": "At most 500 characters; this has 520.", "reference": "This is not a picture."},
        ),
        "create-portrait": page(
            aspect_ratios=(replace(values.form().aspect_ratios[0], checked=True), values.IMAGE["aspect_ratios"][1])
        ),
        "create-words-alone": page(
            max_references=0,
            spare=(values.number(208),),
            spare_words="Studio One takes no picture: yours is set aside.",
            sound="never",
            takes=frozenset(),
            kept=(("seed", "7"), ("sound", "false")),
        ),
        "create-begins-from-a-picture": page(
            min_references=1,
            max_references=2,
            references=(values.reference(), values.reference(4)),
            durations=(Choice("6", "6 s", checked=True), Choice("10", "10 s", disabled=True)),
            resolutions=tuple(Choice(size, size, size == "1080p") for size in ("512p", "768p", "1080p")),
            note="At 1080p: 6 s only.",
            said="6 s instead of 10 s.",
            sound="always",
        ),
        "create-choices": State("studio/_choices.html", {"form": values.form(), "switched": True}),
        "create-no-model": page(model="", models=tuple(replace(one, checked=False) for one in values.MODELS)),
        "ticket": State("studio/_ticket.html", {"ticket": values.ticket()}),
        "ticket-free": State("studio/_ticket.html", {"ticket": values.ticket(credits=0)}),
        "prompt-box": State("studio/_prompt_box.html", {"form": values.form()}),
        "brief-form": State("studio/_brief_form.html", {"form": values.form(can_optimise=False)}),
        "reference": State("studio/_reference.html", {"reference": values.reference(), "roles": values.form().roles}),
        "started": State(
            "studio/_started.html",
            {"card": values.image_card(7, "pending"), "ticket": values.ticket(credits=5), "idempotency_key": "two"},
        ),
        "history": State("studio/history.html", {"cards": recent, "query": "", "after": "more"}),
        "history-dialog": State("studio/_history.html", {"cards": recent, "query": "", "after": None}),
        "history-empty": State("studio/_history.html", {"cards": (), "query": "whale", "after": None}),
    }


def _studio() -> dict[str, State]:
    drafts, status, records = "studio/drafts.html", "studio/creation.html", "studio/records.html"
    shelf = {"cards": values.drafts(), "kind": "all", "after": None, "samples": SAMPLES}
    books = {"cards": values.drafts(), "kind": "all", "state": "", "query": "", "after": "more"}
    cards = {
        "status-pending": values.card(5, "pending", ahead=2, can_cancel=True),
        "status-processing": values.card(9, "processing", progress=0.62),
        "status-ready": values.card(4),
        "status-portrait": values.card(1),
        "status-image": values.image_card(7),
        "status-failed": values.failed(),
        "status-published": values.card(8, "published"),
    }
    refused = values.publish_form(caption="c" * 320, errors={"caption": "At most 300 characters; this has 320."})
    return {
        "drafts": State(drafts, shelf),
        "drafts-empty": State(drafts, shelf | {"cards": ()}),
        "drafts-no-images": State(drafts, shelf | {"cards": (), "kind": "image"}),
        "drafts-more": State("studio/_cards.html", shelf | {"cards": values.drafts()[:2], "after": "more"}),
        "card": State("studio/_card.html", {"card": values.card(4)}),
        **{name: State(status, {"card": card}) for name, card in cards.items()},
        "status-part": State("studio/_status.html", {"card": values.card(4)}),
        "publish": State("studio/publish.html", {"form": values.publish_form()}),
        "publish-suggested": State(
            "studio/publish.html",
            {"form": values.publish_form(caption="A lighthouse at dusk.", undo={"caption": ""}, focus="caption")},
        ),
        "publish-refused": State("studio/publish.html", {"form": refused}),
        "publish-form": State("studio/_publish_form.html", {"form": values.publish_form()}),
        "receipt": State("studio/receipt.html", {"receipt": values.receipt()}),
        "records": State(records, books),
        "records-none": State(records, books | {"cards": (), "query": "whale"}),
        "records-more": State("studio/_records.html", books),
        "record": State("studio/_record.html", {"card": values.card(4)}),
        "ledger": State("studio/ledger.html", {"lines": values.ledger(), "after": "more", "balance": 132}),
        "ledger-empty": State("studio/ledger.html", {"lines": (), "after": None, "balance": 0}),
    }


def _admin() -> dict[str, State]:
    return {
        "admin": State("admin/overview.html", {"overview": dashboard.overview()}, "admin"),
        "admin-off": State(
            "admin/overview.html", {"overview": dashboard.overview(on=False)}, "admin", "Videos are switched off."
        ),
        "admin-people": State("admin/people.html", {"people": dashboard.people(), "errors": {}}, "admin"),
        "admin-nobody": State("admin/people.html", {"people": dashboard.people("zzz", 0), "errors": {}}, "admin"),
        "admin-models": State("admin/models.html", {"page": models.page()}, "admin"),
        "admin-models-none": State("admin/models.html", {"page": models.page(empty=True)}, "admin"),
        "admin-model": State("admin/model.html", models.one(), "admin"),
        "admin-model-refused": State("admin/model.html", models.one(refused=True), "admin"),
        "admin-model-newer": State("admin/model.html", models.one(newer=True), "admin"),
        "admin-model-text": State("admin/model.html", models.one(kind="text"), "admin"),
        "admin-model-new": State("admin/new_model.html", models.new(), "admin"),
        "admin-models-load": State("admin/load_models.html", models.load(), "admin"),
        "admin-models-plan": State("admin/load_models.html", models.load(plan=True), "admin"),
        "admin-models-refused": State("admin/load_models.html", models.load(refused=True), "admin"),
        "admin-settings": State("admin/settings.html", {"page": dashboard.settings()}, "admin"),
    }


def _others() -> dict[str, State]:
    missing = {
        "status": 404,
        "title": "Not here",
        "words": "There is nothing at this address, or it is not yours to see.",
        "request_id": "7f3a",
        "retry_after": None,
    }
    busy = missing | {"status": 429, "title": "Too quick", "words": "That was a lot at once.", "retry_after": 20}
    toast = {"words": "“Sun shafts through a kelp forest” is ready.", "url": "/creations", "action": "Play"}
    return {
        "error-404": State("errors/error.html", missing, ""),
        "error-429": State("errors/error.html", busy),
        "error-part": State("errors/_error.html", busy),
        "balance": State("realtime/_balance.html", {"balance": 1}),
        "toast": State("realtime/_toast.html", toast),
        "push": State("realtime/_push.html", {"parts": [("#balance", "outerMorph", "1")]}),
    }


def _declined() -> dict[str, State]:
    refusal = Refusal(
        "It looked like it shows real people.",
        "Describe somebody invented by age, face and clothes, without a name or a photo.",
        "I cannot depict real people, but an invented character is fine.",
    )
    card = values.failed(refusal=refusal, reason=f"{refusal.rule} {refusal.advice}")
    better = Rewording(card.prompt, new="A lighthouse keeper nobody has met, weathered face, oilskin coat, at dusk")
    quiet = Rewording(card.prompt, words="No better words came of it.")

    def page(rewording: Rewording | None) -> State:
        shown = {"form": values.form(prompt=card.prompt), "recent": (), "card": None}
        return State("studio/create.html", {**shown, "declined": Declined(card, refusal, True, rewording)})

    return {
        "card-declined": State("studio/_card.html", {"card": card}),
        "status-declined": State("studio/_status.html", {"card": card}),
        "create-declined": page(better),
        "create-declined-quiet": page(quiet),
        "rewording": State("studio/_rewording.html", {"rewording": better}),
    }


STATES = {**_social(), **_accounts(), **_create(), **_studio(), **_declined(), **_admin(), **_others()}
