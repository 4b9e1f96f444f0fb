"""What a file is called when someone downloads it."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 60


def download_name(kind: str, prompt: str, id: object, ending: str) -> str:
    """An ASCII name such as `kinora-sun-shafts-through-a-kelp-forest.mp4`, of whole words, at most about 70 long.

    A prompt without a Latin letter gives kind and the id's last eight characters. `app.storage.attachment` makes the
    header from it.
    """
    plain = unicodedata.normalize("NFKD", prompt).encode("ascii", "ignore").decode().lower().replace("'", "")
    slug = ""
    for word in re.findall(r"[a-z0-9]+", plain):
        if len(slug) + len(word) >= _LONGEST:
            break
        slug += f"-{word}"
    tail = re.sub(r"[^a-z0-9]", "", str(id).lower())[-8:]
    return f"kinora{slug or f'-{kind}-{tail}'}.{ending.removeprefix('.')}"
