"""What an open page of the owner should see since a version: the same partials as the pages, drawn for this viewer."""

from __future__ import annotations

import uuid

from markupsafe import Markup

from app.creations.states import State
from app.realtime.hooks import Push
from app.studio import queries
from app.studio.cards import Made, cards_of
from app.studio.shapes import Card
from app.web.answers import partial
from app.web.paths import url_for

MOST_CARDS = 60
"""A page that was away for longer than this many changes shows them at its next load."""
MOST_TOASTS = 3
_DELETED = Markup('<hx-partial hx-target="#creation-{id}" hx-swap="delete"></hx-partial>')


def changes(user_id: uuid.UUID, since: int) -> Push | None:
    """Everything of a person's newer than `since`; None when nothing is."""
    version, balance, creations = queries.changed(user_id, since, MOST_CARDS)
    if version <= since:
        return None
    parts = [partial("#balance", "realtime/_balance.html", balance=balance)]
    toasts: list[Markup] = []
    # All at once: those that wait ask one question together, how many are before them.
    cards = {card.id: card for card in cards_of([one for one in creations if one.deleted_at is None])}
    for creation in creations:
        card = cards.get(creation.id)
        if card is None:
            parts.append(_DELETED.format(id=creation.id))
            continue
        parts += _views_of(card)
        if creation.settled_version > since and (toast := _toast(creation, card)):
            toasts.append(toast)
    return Push(version, "\n".join(parts + toasts[-MOST_TOASTS:]))


def _views_of(card: Card) -> list[Markup]:
    """The card on whichever page is open; a target that the page has not got is dropped by htmx.

    Only a card that is ready or failed flips: a transition at every tick of the progress would hold up the page.
    """
    mark = f"#creation-{card.id}"
    swap = "outerMorph" if card.is_unfinished else "outerMorph transition:true"
    return [
        partial(f".card{mark}", "studio/_card.html", swap=swap, card=card),
        partial(f".status{mark}", "studio/_status.html", swap=swap, card=card),
        partial(f".record{mark}", "studio/_record.html", swap="outerMorph", card=card),
    ]


def _toast(creation: Made, card: Card) -> Markup | None:
    if creation.state == State.FAILED and creation.error_code == "cancelled":
        return None
    about = f"“{_short(card.prompt)}”"
    if creation.state == State.FAILED:
        words = f"{about} was not made. {_credits(creation)}"
        action = "Details"
    else:
        words, action = f"{about} is ready.", "Play" if card.is_video else "View"
    url = url_for("studio.creation", id=card.id)
    return partial("#toasts", "realtime/_toast.html", swap="beforeend", words=words, url=url, action=action)


def _credits(creation: Made) -> str:
    return f"{creation.credit_cost} credits are back." if creation.credit_cost else "Nothing was charged."


def _short(prompt: str, longest: int = 40) -> str:
    words = " ".join(prompt.split())
    return words if len(words) <= longest else words[:longest].rsplit(" ", 1)[0].rstrip(",.;:") + "…"
