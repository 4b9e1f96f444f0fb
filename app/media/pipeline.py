"""All that happens to a finished file between its arrival and its place in the store (R§17.2).

The order matters: verify, since all later steps succeed on a cut file too; then everything that changes bytes; then the
mark, which is read back; then the checksum. A signed manifest, when it comes, goes between the mark and the checksum.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.media import provenance
from app.media.errors import MediaError
from app.media.posters import Posters, image_posters, video_posters
from app.media.remuxing import fast_start
from app.media.verifying import ImageFacts, VideoFacts, verify_image, verify_video

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Expectations:
    """What was asked for; None where the model could not be asked.

    `seconds` and `size` (width, height in pixels) hold for videos, `aspect_ratio` ("16:9") for images.
    """

    seconds: float | None = None
    size: tuple[int, int] | None = None
    aspect_ratio: str | None = None


@dataclass(frozen=True)
class Prepared:
    """A file ready for the store. Paths lie in the work folder; `size` in bytes; `seconds` is None for an image.

    `poster_path` and `small_poster_path` are both None when no poster could be made: the work is whole without them.
    """

    media_path: Path
    media_type: str
    ending: str
    width: int
    height: int
    size: int
    sha256: bytes
    poster_path: Path | None
    small_poster_path: Path | None
    hue: int
    seconds: float | None = None
    has_audio: bool = False


def prepare(
    source: Path,
    kind: str,
    expectations: Expectations,
    source_type: str,
    model_label: str,
    workdir: Path,
    *,
    made_at: datetime | None = None,
) -> Prepared:
    """Verify, remux, mark and measure a result, and make its posters, all in `workdir`. `source` stays as it is.

    `kind` is image or video; `source_type` a `SourceType`. With the creation's own time as `made_at` the same source
    gives the same bytes, so that a step done twice stores one file. Raises MediaError when it is not what was asked.
    """
    facts: ImageFacts | VideoFacts
    plain = source
    if kind == "video":
        facts = verify_video(source, expectations.seconds, expectations.size)
        remuxed = workdir / "fast-start.mp4"
        plain = remuxed if fast_start(source, remuxed) else source
    else:
        facts = verify_image(source, expectations.aspect_ratio)
    xmp = provenance.packet(source_type, model_label, made_at or datetime.now(UTC))
    posters = _posters(plain, kind, workdir, xmp)
    media = workdir / f"media.{facts.ending}"
    provenance.mark(plain, media, xmp)
    if plain is not source:
        plain.unlink()
    if provenance.read_mark(media) != str(source_type):
        raise MediaError("the mark cannot be read back")
    return Prepared(
        media_path=media,
        media_type=facts.media_type,
        ending=facts.ending,
        width=facts.width,
        height=facts.height,
        size=media.stat().st_size,
        sha256=checksum(media),
        poster_path=posters.large if posters else None,
        small_poster_path=posters.small if posters else None,
        hue=posters.hue if posters else 0,
        seconds=facts.seconds if isinstance(facts, VideoFacts) else None,
        has_audio=isinstance(facts, VideoFacts) and facts.has_audio,
    )


def checksum(path: Path) -> bytes:
    """The SHA-256 of a file, read in small steps."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _posters(source: Path, kind: str, workdir: Path, xmp: bytes) -> Posters | None:
    """Posters, or None: a work without one is still a work (MED-04)."""
    try:
        return video_posters(source, workdir, xmp) if kind == "video" else image_posters(source, workdir, xmp)
    except MediaError as error:
        log.warning("No poster: %s", error)
        return None
