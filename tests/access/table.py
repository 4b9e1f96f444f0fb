"""Every route of ours, and what each kind of person is answered: the table that new routes have to be written into."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from tests.people import Person
from tests.studio.works import put, reference, row

ROLES = ("stranger", "other", "owner", "admin")
TO_LOGIN = "to /login"
MODEL = "local/kinora-local-image-1"
Answers = tuple[int | str, int | str, int | str, int | str]

EVERYBODY: Answers = (200, 200, 200, 200)
MEMBERS: Answers = (TO_LOGIN, 200, 200, 200)
OWNERS: Answers = (TO_LOGIN, 404, 200, 404)
ADMINS: Answers = (404, 404, 404, 200)


def then(answers: Answers, status: int) -> Answers:
    """The same people, but those who may get this instead of a page."""
    return tuple(status if answer == 200 else answer for answer in answers)  # type: ignore[return-value]


@dataclass(frozen=True)
class Route:
    """One endpoint. `path` may name a fresh creation of the owner's by its state, or a member."""

    path: str
    answers: Answers
    fields: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    json: bool = False
    """The fields are sent as a JSON object, the token in a header."""


def send(path: str, answers: Answers, status: int = 303, **fields: str) -> Route:
    """A route that changes something."""
    return Route(path, then(answers, status), fields, "POST")


def api(path: str, answers: Answers, **fields: str) -> Route:
    """A route for programs."""
    return Route(path, answers, fields, "POST", json=True)


ROUTES: dict[str, Route] = {
    "social.home": Route("/", EVERYBODY),
    "social.explore": Route("/explore", EVERYBODY),
    "social.post": Route("/p/{published}", EVERYBODY),
    "social.profile": Route("/u/ada_l", EVERYBODY),
    "social.like": send("/p/{published}/like", MEMBERS, liked="1"),
    "web.healthz": Route("/healthz", EVERYBODY),
    "health.readyz": Route("/readyz", EVERYBODY),
    "web.theme": send("/theme", EVERYBODY, theme="dark"),
    "static": Route("/static/icons/none.svg", (404, 404, 404, 404)),
    "live": Route("/live", (403, 403, 403, 403)),  # without an Origin; who has one is tested in tests/realtime
    "media.file": Route("/media/{media}", (404, 404, 200, 200)),
    "accounts.signup": Route("/signup", (200, 303, 303, 303)),
    "accounts.join": send("/signup", EVERYBODY, 422),
    "accounts.login": Route("/login", (200, 303, 303, 303)),
    "accounts.enter": send("/login", EVERYBODY, 422),
    "accounts.logout": send("/logout", EVERYBODY),
    "accounts.settings": Route("/me/settings", MEMBERS),
    "accounts.change_password": send("/me/password", MEMBERS, 422, current_password="wrong", new_password="x"),
    "accounts.end_session": send("/me/sessions/0123456789abcdef01234567/end", MEMBERS, 404),
    "studio.create": Route("/create", MEMBERS),
    "studio.send": send("/create", MEMBERS, kind="image", prompt="Fog"),
    "studio.cost": Route("/create/cost", then(MEMBERS, 303)),
    "studio.choices": send("/create/choices", MEMBERS, 200, kind="image"),
    "studio.history": Route("/create/history", MEMBERS),
    "studio.suggest": Route("/create/rewording?parent_id={draft}", (TO_LOGIN, 404, 303, 404)),
    "studio.optimise": send("/create/optimise", MEMBERS, 200, prompt="Fog"),
    "studio.upload": send("/create/reference", (TO_LOGIN, 422, 200, 422), 200, reference_id="{reference}"),
    "studio.drafts": Route("/drafts", MEMBERS),
    "studio.records": Route("/me/records", MEMBERS),
    "studio.ledger": Route("/me/ledger", MEMBERS),
    "studio.creation": Route("/creations/{draft}", OWNERS),
    "studio.receipt": Route("/creations/{draft}/receipt", OWNERS),
    "studio.publish": Route("/creations/{draft}/publish", OWNERS),
    "studio.send_publish": send("/creations/{draft}/publish", OWNERS, caption="x"),
    "studio.suggest_words": send("/creations/{draft}/suggest", OWNERS, 200, suggest="caption"),
    "studio.unpublish": send("/creations/{published}/unpublish", OWNERS),
    "studio.retry": send("/creations/{failed}/retry", OWNERS),
    "studio.cancel": send("/creations/{pending}/cancel", OWNERS),
    "studio.delete": send("/creations/{draft}/delete", OWNERS),
    "api.models": Route("/api/v1/models", (401, 200, 200, 200)),
    "api.optimize_prompt": api("/api/optimize-prompt", (401, 200, 200, 200), prompt="Fog", content_type="image"),
    "hooks.hear": send("/hooks/google", (404, 404, 404, 404)),  # no secret, no address; tests/hooks has the rest
    "admin.overview": Route("/admin", ADMINS),
    "admin.people": Route("/admin/people", ADMINS),
    "admin.grant": send("/admin/people/{member}/grant", ADMINS, credits="5", why="x"),
    "admin.models": Route("/admin/models", ADMINS),
    "admin.model": Route(f"/admin/models/{MODEL}", ADMINS),
    "admin.change_model": send(f"/admin/models/{MODEL}", ADMINS, 422, label="x"),
    "admin.new_model": Route("/admin/models/new", ADMINS),
    "admin.add_model": send("/admin/models/new", ADMINS, 422, kind="text"),
    "admin.reset_model": send("/admin/models/reset", ADMINS, 409, name=MODEL, why="x"),
    "admin.revive_model": send("/admin/models/revive", ADMINS, name=MODEL, why="x"),
    "admin.preset_model": send("/admin/models/preset", ADMINS, name=MODEL),
    "admin.ask_providers": send("/admin/models/ask", ADMINS),
    "admin.export_models": Route("/admin/models/export", ADMINS),
    "admin.load_page": Route("/admin/models/load", ADMINS),
    "admin.load_models": send("/admin/models/load", ADMINS, 422, entries="x"),
    "admin.settings": Route("/admin/settings", ADMINS),
    "admin.send_settings": send("/admin/settings", ADMINS, signup_credits="100"),
    "admin.switch": send("/admin/switch", ADMINS, kind="image", on="1"),
}


def filled_in(route: Route, owner: Person, member: uuid.UUID) -> tuple[str, dict[str, str]]:
    """The address and the fields of a route, with fresh things of the owner's in it."""
    words = route.path + " ".join(route.fields.values())
    known: dict[str, str] = {"member": str(member)}
    for state in ("draft", "published", "failed", "pending"):
        if f"{{{state}}}" in words:
            known[state] = str(put(owner, state))
    if "{media}" in words:
        known["media"] = str(row(owner.app, put(owner)).media_key)
    if "{reference}" in words:
        known["reference"] = str(reference(owner)[0])
    return route.path.format(**known), {name: value.format(**known) for name, value in route.fields.items()}
