"""The values that the gallery's admin pages show."""

from __future__ import annotations

from datetime import timedelta

from app.admin.shapes import (
    Day,
    Figure,
    Health,
    Overview,
    People,
    Person,
    Reason,
    SettingField,
    SettingsPage,
    Switch,
)
from tests.gallery.values import NOW, PEOPLE, number

MADE = (76, 86, 70, 105, 115, 143, 124, 110, 131, 150, 157, 167, 100, 64)
FAILED = (6, 4, 10, 5, 7, 24, 8, 6, 7, 10, 7, 7, 12, 3)


def overview(*, on: bool = True) -> Overview:
    """A fortnight."""
    return Overview(
        figures=(
            Figure("Creations, 14 days", "1,404", "+18% on the 14 before"),
            Figure("Success rate", "96.2%", "54 failed, all refunded"),
            Figure("Provider cost", "$212.40", "of $400 monthly limit"),
            Figure("Active people", "63", "11 new this week"),
        ),
        days=tuple(Day((NOW - timedelta(days=13 - n)).date(), made, FAILED[n]) for n, made in enumerate(MADE)),
        reasons=(
            Reason("Prompt declined by the model", 23),
            Reason("Provider timed out", 14),
            Reason("Rate limited after 5 tries", 9),
            Reason("Reference image unreadable", 5),
            Reason("Storage write failed", 3),
        ),
        health=(
            Health("Database", ok=True, words="3 ms"),
            Health("Redis", ok=True, words="1 ms"),
            Health("Workers", ok=True, words="3 of 3, nothing waits"),
            Health("Storage", ok=True, words="Read and written 12 s ago"),
            Health("Google", ok=False, words="Not configured: GOOGLE_AI_API_KEY is missing"),
        ),
        switches=(Switch("video", on, 3), Switch("image", True, 0)),
    )


def people(query: str = "", count: int = 8) -> People:
    """A page of people."""
    return People(
        tuple(
            Person(
                number(300 + n),
                name,
                f"{name}@example.org",
                "admin" if n == 0 else "user",
                1200 - n * 140,
                214 - n * 23,
                n * 2,
                3480 - n * 400,
                NOW - timedelta(days=n * 20),
                NOW - timedelta(hours=n) if n else None,
            )
            for n, name in enumerate(PEOPLE[:count])
        ),
        query,
        "more" if count else None,
    )


def settings() -> SettingsPage:
    """Two sections, one value refused."""
    return SettingsPage(
        sections=(
            (
                "Prices",
                (
                    SettingField("image_credit_cost", "integer", "5", "5", "Credits for one image. 0 means free."),
                    SettingField("video_credit_per_second", "integer", "12", "10", "Credits for each second of video."),
                    SettingField(
                        "video_1080p_multiplier", "number", "-1", "1.5", "Times this at 1080p.", "Must be at least 1."
                    ),
                    SettingField(
                        "video_pricing_mode",
                        "text",
                        "per_second",
                        "per_second",
                        "How videos are priced.",
                        None,
                        (("per_second", "Per second"), ("flat", "Flat")),
                    ),
                ),
            ),
            (
                "Limits",
                (
                    SettingField(
                        "video_generation_enabled", "boolean", "true", "true", "Whether people can make videos."
                    ),
                    SettingField("video_concurrent_limit", "integer", "3", "3", "Unfinished videos a person may have."),
                ),
            ),
        ),
        prices=(
            ("4 s, 720p", 40),
            ("4 s, 1080p", 60),
            ("6 s, 720p", 60),
            ("6 s, 1080p", 90),
            ("8 s, 720p", 80),
            ("8 s, 1080p", 120),
        ),
        errors={"": "One value was not saved."},
    )
