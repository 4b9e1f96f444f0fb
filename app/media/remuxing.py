"""Fast start: the index of a video before its media, so that playing begins before everything has come."""

from __future__ import annotations

from pathlib import Path

from app.media.boxes import is_fast_start, with_index_first
from app.media.pieces import write


def fast_start(source: Path, target: Path) -> bool:
    """Write the video to `target` with its index first; False, and no file, when it is already so.

    Bytes are moved and chunk offsets corrected: streams, time stamps and edit lists stay as they are, which a muxer
    does not promise. Raises MediaError when the boxes do not add up.
    """
    with source.open("rb") as file:
        if is_fast_start(file):
            return False
        write(file, target, with_index_first(file))
    return True
