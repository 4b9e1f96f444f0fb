"""Videos: Veo's long-running operations, started by `generate_videos` and looked up by `fetchPredictOperation`.

Source: google-genai 3.3.0 `models.py`, `operations.py` and `_operations_converters.py`; Google Cloud's pages "Veo on
Vertex AI video generation API" and "Direct Veo video generation using a reference image" (read 2026-11-20). The SDK
has neither a list of operations nor a way to cancel one.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.providers.base import Accepted, Brief, Finished, Inline, Pending, Reference
from app.providers.errors import Ambiguous, Expired, Failed, InvalidRequest, NoOutput, ProviderError
from app.providers.google.client import milliseconds
from app.providers.google_cloud import filters

if TYPE_CHECKING:
    from google import genai
    from google.genai import types

FIRST_LOOK = 10.0
"""Seconds. Veo takes from half a minute to a few."""
LARGEST_SEED = 2**32 - 1
"""`parameters.seed` is an unsigned 32-bit number."""
LABEL_LIMIT = 63
WITH_REFERENCES = 8
"""Seconds: the only length that Veo makes with pictures of what shall be in it."""
NAME = re.compile(r"((?:[\w.~:-]+/)*models/[\w.~:-]+)/operations/[\w.~:-]+")
LOCATION = re.compile(r"projects/[^/]+/locations/([a-z0-9-]+)/")
CODES = {1: "cancelled", 7: "misconfigured", 8: "busy", 16: "misconfigured"}
"""Codes of ours for codes of gRPC's: cancelled, permission denied, resource exhausted, unauthenticated."""
INVALID_ARGUMENT = 3


def create(client: genai.Client, brief: Brief, attempt_id: str, seconds: float) -> Accepted:
    """Start one video with one request.

    Raises InvalidRequest for pictures that do not go together, Ambiguous for an answer without a name to look up.
    """
    from google.genai import types

    first, last, others = _placed(brief)
    config = types.GenerateVideosConfig(
        number_of_videos=1,
        duration_seconds=brief.duration,
        resolution=brief.resolution,
        aspect_ratio=brief.aspect_ratio,
        negative_prompt=brief.negative_prompt or None,
        seed=None if brief.seed is None else brief.seed & LARGEST_SEED,
        # Veo 3 wants to be told.
        generate_audio=brief.sound is not False,
        last_frame=_image(last),
        reference_images=[_shown(one) for one in others] or None,
        labels=_labels(attempt_id),
        http_options=types.HttpOptions(timeout=milliseconds(seconds)),
    )
    source = types.GenerateVideosSource(prompt=brief.prompt, image=_image(first))
    operation = client.models.generate_videos(model=brief.model, source=source, config=config)
    name = operation.name or ""
    if not NAME.fullmatch(name):
        raise Ambiguous("an operation without a name that can be looked up")
    return Accepted(operation_id=name, handle={"name": name}, next_after=FIRST_LOOK)


def question(handle: Mapping[str, Any]) -> tuple[str, dict[str, str], str]:
    """Where and with which body an operation is looked up, and the location that its name holds.

    The location is the name's, not the configured one, which may be another by now. Raises Expired without a name.
    """
    name = str(handle.get("name", ""))
    named = NAME.fullmatch(name)
    if named is None:
        raise Expired("no operation of that name")
    place = LOCATION.match(name)
    return f"{named[1]}:fetchPredictOperation", {"operationName": name}, place[1] if place else ""


def found(operation: Mapping[str, Any]) -> Pending | Finished:
    """What an operation says. Raises Blocked, NoOutput, InvalidRequest or Failed when it ended without a video."""
    if operation.get("done") is not True:
        return Pending()
    error = operation.get("error")
    if isinstance(error, Mapping) and error:
        raise _failure(error)
    response = operation.get("response")
    return Finished(_video(response if isinstance(response, Mapping) else {}))


def _placed(brief: Brief) -> tuple[Reference | None, Reference | None, list[Reference]]:
    """The first frame, the last one, and pictures of what shall be in the video. Raises InvalidRequest."""
    frames: dict[str, Reference] = {}
    others: list[Reference] = []
    for one in brief.references:
        place = one.role or "first"
        if place not in {"first", "last"}:
            others.append(one)
        elif place in frames:
            raise _no_such_pictures("One picture can begin a video, and one can end it.")
        else:
            frames[place] = one
    if "last" in frames and "first" not in frames:
        raise _no_such_pictures("A video that ends with a picture has to begin with one too.")
    if frames and others:
        raise _no_such_pictures("Pictures of what is in a video do not go together with its first or last picture.")
    if others and brief.duration != WITH_REFERENCES:
        said = f"With pictures of what is in it, this model makes videos of {WITH_REFERENCES} seconds only."
        raise InvalidRequest(said, field="duration", said=said)
    return frames.get("first"), frames.get("last"), others


def _no_such_pictures(said: str) -> InvalidRequest:
    return InvalidRequest(said, field="references", said=said)


def _image(reference: Reference | None) -> types.Image | None:
    from google.genai import types

    return None if reference is None else types.Image(image_bytes=reference.data, mime_type=reference.media_type)


def _shown(reference: Reference) -> types.VideoGenerationReferenceImage:
    from google.genai import types

    kinds = types.VideoGenerationReferenceType
    kind = kinds.STYLE if reference.role == "style" else kinds.ASSET
    return types.VideoGenerationReferenceImage(image=_image(reference), reference_type=kind)


def _labels(attempt_id: str) -> dict[str, str] | None:
    """The attempt's id, in the letters that labels have: it names the video on the project's bill."""
    label = re.sub(r"[^a-z0-9_-]", "-", attempt_id.lower())[:LABEL_LIMIT]
    return {"attempt": label} if label else None


def _failure(error: Mapping[str, Any]) -> ProviderError:
    """`error` is a google.rpc.Status: a code of gRPC's and a message."""
    code, message = error.get("code"), str(error.get("message") or "")
    if filters.speak_in(message):
        return filters.blocked(message, "prompt")
    text = f"{code} {message}".strip()
    if code == INVALID_ARGUMENT:
        return InvalidRequest(text[:500])
    return Failed(text[:500], code=CODES.get(code) if isinstance(code, int) else None)


def _video(response: Mapping[str, Any]) -> Inline:
    """The first video that was not filtered out: where several were asked for, some may be."""
    videos = [one for one in _list(response.get("videos")) if isinstance(one, Mapping)]
    for video in videos:
        if video.get("bytesBase64Encoded"):
            data = base64.b64decode(str(video["bytesBase64Encoded"]), validate=True)
            return Inline(data, str(video.get("mimeType") or "video/mp4"))
    if any(video.get("gcsUri") for video in videos):
        # It puts videos into a bucket only when a request names one, and ours never do.
        raise Failed("the video was put into a bucket, which nobody asked for")
    if response.get("raiMediaFilteredCount") or response.get("raiMediaFilteredReasons"):
        reasons = " ".join(str(one) for one in _list(response.get("raiMediaFilteredReasons")))
        raise filters.blocked(reasons or "filtered, without a reason", "output")
    raise NoOutput("done, without a video")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
