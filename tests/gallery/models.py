"""The values that the gallery's pages of models show."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.admin import model_form
from app.admin.model_shapes import (
    Change,
    Fact,
    History,
    MarginLine,
    Margins,
    ModelForm,
    ModelLine,
    ModelPage,
    ModelsPage,
    ProviderLine,
)
from app.catalogue.differing import Difference
from app.catalogue.entries import Entry
from app.catalogue.loading import MOST_BYTES, Plan, Step
from tests.gallery.values import NOW

READ_ON = date(2026, 11, 20)
ENTRY = Entry.model_validate(
    {
        "provider": "google",
        "id": "gemini-omni-1.2-flash",
        "label": "Gemini Omni 1.2 Flash",
        "kind": "video",
        "aspect_ratios": ["9:16", "16:9"],
        "durations": [4, 6, 8],
        "resolutions": ["720p", "1080p"],
        "only": {"1080p": [8]},
        "usd": 0.07,
        "usd_at_resolution": {"1080p": 0.105},
        "recipe": {"quality": "high"},
        "fallback": "google/gemini-omni-1.1-flash",
    }
)
CHANGES = (
    Change(NOW - timedelta(hours=2), "maren", "Changed", "New price list", (Difference("usd", "0.1", "0.07"),)),
    Change(NOW - timedelta(days=2), "", "Offered again", "It answers"),
    Change(NOW - timedelta(days=9), "obi", "Added", ""),
)


def lines() -> tuple[ModelLine, ...]:
    """One in every state."""
    return (
        ModelLine(
            "google",
            ENTRY.id,
            ENTRY.label,
            "video",
            Fact("Offered", "ok"),
            (Fact("Retires in 12 days, on 2 December 2026.", "bad"),),
            "Preset by the settings",
            "Changed",
            Fact("Gemini Omni 1.1 Flash can stand in", "ok"),
            "48 to 71 s lately",
            "$0.07 a second, $0.105 at 1080p",
            READ_ON,
            "4 6 8 s · 720p · 1080p · 9:16 · 16:9",
            is_offered=True,
        ),
        ModelLine(
            "replicate",
            "somebody/a-model-with-quite-a-long-name-of-its-own",
            "Somebody's model",
            "video",
            Fact("Gone", "bad"),
            (
                Fact("Gone since 3 November 2026. The provider said: “The model was not found.”", "bad"),
                Fact("Not in the provider's list any more, as of 3 hours ago.", "warn"),
                Fact("Left alone for 42 s after errors: misconfigured: key refused", "bad"),
            ),
            "",
            "Added",
            Fact("Another model cannot stand in now", "warn"),
            "60 s by its entry",
            is_gone=True,
        ),
    )


def margins() -> Margins:
    """A loss, a thin one, a good one and one whose cost nobody knows."""

    def line(option: str, credits: int, worth: str, cost: str, left: str, share: str, verdict: Fact) -> MarginLine:
        at = ("google", ENTRY.id, ENTRY.label)
        return MarginLine(
            *at, option, credits, worth, cost, left, share, verdict, "61 s", 1204, is_assumed=cost == "$6.00"
        )

    return Margins(
        lines=(
            line("8 s at 1080p", 40, "$4.00", "$6.00", "−$2.00", "−50%", Fact("At a loss", "bad")),
            line("6 s at 720p", 10, "$1.00", "$0.60", "$0.40", "40%", Fact("Under 50%", "warn")),
            line("4 s at 720p", 40, "$4.00", "$0.067", "$3.933", "98.3%", Fact("")),
            line("One image", 5, "$0.50", "–", "–", "–", Fact("Cost unknown")),
        ),
        losses=1,
        thin=1,
        unknown=1,
        made=4816,
        taken="$11,438.00",
        cost="$8,027.31",
        margin="$3,410.69",
        percent="29.8%",
        verdict=Fact("Under 50%", "warn"),
        target="50%",
        credit_value="$0.10",
    )


def page(*, empty: bool = False) -> ModelsPage:
    """The list."""
    nothing = Margins((), target="50%", credit_value="$0.10")
    return ModelsPage(
        kinds=(("Videos", "video", () if empty else lines()), ("Images", "image", ()), ("Texts", "text", ())),
        providers=(
            ProviderLine("Google", Fact("Ready", "ok"), NOW - timedelta(hours=3)),
            ProviderLine("Poe", Fact("Poe is not configured: set POE_API_KEY.", "warn")),
        ),
        margins=nothing if empty else margins(),
    )


def one(*, refused: bool = False, newer: bool = False, kind: str = "video") -> dict[str, Any]:
    """One model."""
    wrong = {"durations": "This must be a whole number.", "only": "Name durations of it.", "why": "Say why."}
    line = lines()[1 if newer else 0]
    shown = ModelPage(
        line=line if kind == "video" else ModelLine("local", "rules", "Rules", "text", Fact("Not offered")),
        form=_form(kind, wrong | {"recipe": "This is no JSON.", "credits": "Say."} if refused else {}),
        margins=margins(),
        history=History(CHANGES, "more") if kind == "video" else History(),
        newer=(Difference("usd", "0.07", "0.5"), Difference("label", "Omni", "Gemini Omni")) if newer else None,
        newest=CHANGES[0] if newer else None,
        can_remove=newer,
    )
    return {"page": shown, "labels": model_form.LABELS}


def new() -> dict[str, Any]:
    """The form of a model that is to be added."""
    return {"form": _form("image", {}, model_form.empty("image")), "labels": model_form.LABELS}


def load(*, plan: bool = False, refused: bool = False) -> dict[str, Any]:
    """A file that is to be chosen, looked through, or refused."""
    steps = (
        Step("google/gemini-omni-1.2-flash", is_new=False, differences=(Difference("usd", "0.1", "0.07"),)),
        Step("local/another", is_new=True, differences=(Difference("label", "–", "Another"),)),
    )
    return {
        "plan": Plan((ENTRY, ENTRY), steps, {ENTRY.name: "x"}) if plan else None,
        "entries": "[]",
        "reason": "",
        "errors": {"entry 2 (local/another), usd": "The least is 0.0."} if refused else {},
        "labels": model_form.LABELS,
        "most_kb": MOST_BYTES // 1000,
    }


def _form(kind: str, errors: dict[str, str], fields: dict[str, tuple[str, ...]] | None = None) -> ModelForm:
    return ModelForm(
        kind=kind,
        fields=fields or model_form.filled(ENTRY),
        seen="0123456789abcdef",
        errors=errors,
        fallbacks=(("local/kinora-local-video-1", "Local drawing (local/kinora-local-video-1)"),),
        providers=(("google", "Google"), ("local", "Local")),
    )
