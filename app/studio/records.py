"""The owner's records, ledger and receipts."""

from __future__ import annotations

import uuid

from flask import Response, request
from flask_login import current_user
from sqlalchemy import select

from app.accounts.sessions import members_only
from app.catalogue import choosing
from app.creations import service
from app.creations.models import Creation
from app.credits.models import LedgerEntry
from app.errors import Invalid
from app.extensions import db
from app.studio import cards, queries
from app.studio.shapes import Receipt
from app.studio.views import bp
from app.web.answers import show
from app.web.input import field

STATES = ("", "unfinished", "draft", "published", "failed")


@bp.get("/me/records")
@members_only
def records() -> Response:
    kind, state = request.args.get("kind", "all"), request.args.get("state", "")
    if kind not in ("all", "image", "video") or state not in STATES:
        raise Invalid({"kind": "There is no such filter."})
    text = field(request.args, "q", lines=False)[:200]
    rows, after = queries.records(
        current_user.id, kind=kind, state=state, text=text, after=request.args.get("after", "")
    )
    return show(
        "studio/records.html",
        part="studio/_records.html",
        cards=cards.cards_of(rows),
        kind=kind,
        state=state,
        query=text,
        after=after,
    )


@bp.get("/me/ledger")
@members_only
def ledger() -> Response:
    lines, after = queries.ledger(current_user.id, request.args.get("after", ""))
    return show("studio/ledger.html", lines=tuple(lines), after=after, balance=current_user.balance)


@bp.get("/creations/<uuid:id>/receipt")
@members_only
def receipt(id: uuid.UUID) -> Response:
    creation = service.own(current_user.id, id)
    entries = {
        entry.key.partition(":")[0]: entry
        for entry in db.session.scalars(select(LedgerEntry).where(LedgerEntry.creation_id == id))
    }
    charge, refund = entries.get("debit"), entries.get("refund")
    last = refund or charge
    return show(
        "studio/receipt.html",
        receipt=Receipt(
            card=cards.card_of(creation),
            lines=_lines(creation),
            charged=-charge.amount if charge else 0,
            charged_at=charge.created_at if charge else None,
            refunded=refund.amount if refund else 0,
            refunded_at=refund.created_at if refund else None,
            balance_after=last.balance_after if last else None,
        ),
    )


def _lines(creation: Creation) -> tuple[tuple[str, str], ...]:
    lines = [("Made", "Video" if creation.is_video else "Image")]
    if creation.duration:
        lines.append(("Length", f"{creation.duration} s"))
    if creation.resolution:
        lines.append(("Resolution", creation.resolution))
    instead = cards.instead_of(creation)
    lines += [
        ("Aspect", creation.aspect_ratio),
        ("Model", choosing.model_label(creation.provider, creation.model) + (f", {instead}" if instead else "")),
        ("Price", f"{creation.credit_cost} credits" if creation.credit_cost else "Free"),
    ]
    return tuple(lines)
