"""All that happens to a finished file between its arrival and its place in the store.

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

_TRAINED = "trainedAlgorithmicMedia"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Expectations:
    """What was asked for; None where the model could not be asked.

    `aspect_ratio` is written like "16:9", `resolution` ("720p", for videos only) tells the shorter side; from both
    follows a video's size. `seconds_between` is for a model that cannot be asked for a length exactly.
    """

    seconds: float | None = None
    seconds_between: tuple[float, float] | None = None
    aspect_ratio: str | None = None
    resolution: str | None = None

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels, where both ratio and resolution are known."""
        if not self.aspect_ratio or not self.resolution:
            return None
        across, down = map(int, self.aspect_ratio.split(":"))
        short = int(self.resolution.removesuffix("p"))
        return short * across // min(across, down), short * down // min(across, down)


@dataclass(frozen=True)
class Prepared:
    """A file ready for the store. Paths lie in the work folder; `size` in bytes; `seconds` is None for an image.

    `poster` and `poster_small` are both None when no poster could be made: the work is whole without them.
    """

    path: Path
    media_type: str
    ending: str
    width: int
    height: int
    size: int
    sha256: bytes
    poster: Path | None
    poster_small: Path | None
    hue: int
    seconds: float | None = None
    has_audio: bool = False


def prepare(
    source: Path,
    kind: str,
    expectations: Expectations,
    source_type: str | None,
    model_label: str,
    workdir: Path,
    *,
    made_at: datetime | None = None,
) -> Prepared:
    """Verify, remux, mark and measure a result, and make its posters, all in `workdir`. `source` stays as it is.

    `kind` is image or video; `source_type` a `SourceType`, or None for a model that is no longer listed, which
    counts as AI. With the creation's own time as `made_at` the same source
    gives the same bytes, so that a step done twice stores one file. Raises MediaError when it is not what was asked.
    """
    facts, plain = _verified(source, kind, expectations, workdir)
    source_type = source_type or _TRAINED
    xmp = provenance.packet(source_type, model_label, made_at or datetime.now(UTC))
    posters = _posters(plain, kind, workdir, xmp)
    media = workdir / f"media.{facts.ending}"
    provenance.mark(plain, media, xmp)
    if plain is not source:
        plain.unlink()
    if provenance.read_mark(media) != str(source_type):
        raise MediaError("the mark cannot be read back")
    return Prepared(
        path=media,
        media_type=facts.media_type,
        ending=facts.ending,
        width=facts.width,
        height=facts.height,
        size=media.stat().st_size,
        sha256=checksum(media),
        poster=posters.large if posters else None,
        poster_small=posters.small if posters else None,
        hue=posters.hue if posters else 0,
        seconds=facts.seconds if isinstance(facts, VideoFacts) else None,
        has_audio=isinstance(facts, VideoFacts) and facts.has_audio,
    )


def _verified(
    source: Path, kind: str, expectations: Expectations, workdir: Path
) -> tuple[ImageFacts | VideoFacts, Path]:
    """What the file is, and the file to go on with: a video's with its index first."""
    if kind != "video":
        return verify_image(source, expectations.aspect_ratio), source
    facts = verify_video(
        source,
        expectations.seconds,
        expectations.size,
        expectations.aspect_ratio,
        seconds_between=expectations.seconds_between,
    )
    remuxed = workdir / "fast-start.mp4"
    return facts, remuxed if fast_start(source, remuxed) else source


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


def preload() -> None:
    """Import what `prepare` needs, for a process that forks for each job. Starts no threads."""
    import av.subtitles.stream  # noqa: F401
    from PIL import Image, ImageCms, ImageOps, ImageStat  # noqa: F401

    import app.media.decoder  # noqa: F401

    # Else the first picture that is opened makes Pillow read all its plugins.
    Image.init()
