"""Replicate's predictions: what one that was looked up says, and whether one in the list is ours.

Source: Replicate's pages "HTTP API" and "Data retention" (read 2026-11-20).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.providers.base import Accepted, Brief, Finished, Kind, Pending, Remote
from app.providers.errors import Expired, Failed, InvalidRequest, Misconfigured, NoOutput
from app.providers.replicate.recipe import fits
from app.providers.replicate.refusals import refused_for_safety

FIRST_LOOK = {Kind.IMAGE: 1.0, Kind.VIDEO: 5.0}
"""Seconds. The quickest image models need about one."""
CANCEL_AFTER = {Kind.IMAGE: 90, Kind.VIDEO: 480}
"""Seconds that a prediction may live at Replicate: half a minute to a minute more than the time-outs of creations as
they are preset (60 and 420 s), so that nothing is cut off that we still wait for, and an orphan costs no more."""
_MODEL = re.compile(r"([\w.-]+/[\w.-]+)(?::([0-9a-f]{64}))?", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})%\|")
"""A bar in the logs, as the library tqdm draws it: "45%|####5     | 23/50"."""
_ENDS = {"canceled": "cancelled", "aborted": "timed_out"}
"""Stopped on demand, or by its deadline before it began; with our codes."""


def parts_of(model: str) -> tuple[str, str]:
    """A model's "owner/name", and its version where it has one. Raises InvalidRequest for an id of another form."""
    found = _MODEL.fullmatch(model)
    if found is None:
        raise InvalidRequest(f"{model!r} is no owner/name[:version]", code=Misconfigured.code)
    return found[1], found[2] or ""


def accepted(prediction: Mapping[str, Any], kind: Kind) -> Accepted | None:
    """The work that an answer speaks of; None when it has no id."""
    identity = prediction.get("id")
    if not isinstance(identity, str) or not identity:
        return None
    return Accepted(operation_id=identity, handle={"id": identity}, next_after=FIRST_LOOK[kind])


def found(prediction: Mapping[str, Any]) -> Pending | Finished:
    """What a prediction says. Raises Blocked, NoOutput, Expired or Failed when it ended without a file."""
    status = str(prediction.get("status"))
    if status == "succeeded":
        return Finished(Remote({"url": _result(prediction)}))
    if status == "failed" or status in _ENDS:
        text = str(prediction.get("error") or "")
        raise refused_for_safety(text, "output") or Failed(f"{status}: {text}"[:500], code=_ENDS.get(status))
    # An unknown word is waited for: the engine's deadline bounds it, and a paid video is not given up for a new status.
    return Pending(progress=_progress(prediction.get("logs")))


def is_ours(prediction: Mapping[str, Any], brief: Brief, expected: Mapping[str, Any], webhook: str) -> bool:
    """Whether a prediction is the one of this brief: the same model, input and, where it is told, address to call."""
    name, version = parts_of(brief.model)
    same = prediction.get("version") == version if version else prediction.get("model") == name
    called = prediction.get("webhook") or webhook
    return same and called == webhook and fits(expected, prediction.get("input"))


def _result(prediction: Mapping[str, Any]) -> str:
    """The address of the one file, out of a text, a list or an object, whichever the model answers with."""
    address = next((one for one in _texts(prediction.get("output")) if one.startswith(("https://", "http://"))), "")
    if address:
        return address
    if prediction.get("data_removed"):
        raise Expired("input and output were deleted: an hour is over")
    raise NoOutput(f"succeeded with {prediction.get('output')!r:.200}")


def _texts(output: Any) -> Iterator[str]:
    if isinstance(output, str):
        yield output
    elif isinstance(output, Mapping | list):
        for one in output.values() if isinstance(output, Mapping) else output:
            yield from _texts(one)


def _progress(logs: Any) -> float | None:
    """What the last bar in the logs shows. Models draw one bar after another, so a full one is not the end."""
    shown = _PERCENT.findall(logs) if isinstance(logs, str) else []
    return min(int(shown[-1]), 99) / 100 if shown else None
