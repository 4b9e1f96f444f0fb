"""What an entry of the catalogue tells about its workflow, and the values that a brief puts into it."""

from __future__ import annotations

import math
import uuid
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.providers.base import Brief
from app.providers.comfyui.workflows import FILE_NAME
from app.providers.errors import Retired

LARGEST_SEED = 2**53 - 1
"""ComfyUI takes 64 bits; beyond 53 its editor would show another number than the one that was used."""
ONE_MEGAPIXEL = 1024 * 1024
FileName = Annotated[str, Field(pattern=rf"^{FILE_NAME.pattern}$")]


class Recipe(BaseModel):
    """`Model.recipe` of a model that ComfyUI makes. Unknown fields are refused, for a slip of the pen must show."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    workflow: FileName | None = None
    """The file; without one, the model's id with ".json"."""
    with_reference: FileName | None = None
    """The file when a picture is given; without one, the same."""
    with_references: FileName | None = None
    """The file when two pictures are given; without one, the same as for one."""
    fps: Annotated[float, Field(ge=1, le=120)] = 24
    frames: Annotated[str, Field(pattern=r"^[1-9][0-9]?n(\+[0-9]{1,2})?$")] = "1n"
    """Which numbers of frames the model can make: Wan's are "4n+1", LTX's "8n+1"."""
    multiple_of: Annotated[int, Field(ge=1, le=256)] = 16
    """What both sides are divisible by; the nearest such size is taken."""
    megapixels: Annotated[float, Field(ge=0.05, le=16)] = 1.0
    """The size of an image, in units of 1024 x 1024; videos have resolutions."""

    def file(self, brief: Brief) -> str:
        """The name of the workflow file for a brief."""
        alone = self.workflow or f"{brief.model}.json"
        with_one = self.with_reference or alone
        return (alone, with_one, self.with_references or with_one)[min(len(brief.references), 2)]

    def values(self, brief: Brief, operation: uuid.UUID) -> dict[str, Any]:
        """What stands for each placeholder, but for the pictures."""
        width, height = self._size(brief)
        values = {
            "prompt": brief.prompt,
            "negative_prompt": brief.negative_prompt,
            "width": width,
            "height": height,
            # Without a seed every creation shall look different, and one that is sent again the same.
            "seed": (operation.int if brief.seed is None else brief.seed) & LARGEST_SEED,
            "name": f"kinora/{operation}",
        }
        if brief.duration is None:
            return values
        return {
            **values,
            "seconds": brief.duration,
            "frames": self._frames(brief.duration),
            "fps": int(self.fps) if self.fps == int(self.fps) else self.fps,
        }

    def _frames(self, seconds: int) -> int:
        """The fewest frames that last so long and that the model can make."""
        step, _, more = self.frames.partition("n")
        least = int(more or 0)
        return math.ceil((seconds * self.fps - least) / int(step)) * int(step) + least

    def _size(self, brief: Brief) -> tuple[int, int]:
        across, down = map(int, brief.aspect_ratio.split(":"))
        if brief.resolution:
            unit = int(brief.resolution.removesuffix("p")) / min(across, down)
        else:
            unit = math.sqrt(self.megapixels * ONE_MEGAPIXEL / (across * down))
        return self._rounded(unit * across), self._rounded(unit * down)

    def _rounded(self, pixels: float) -> int:
        return max(1, round(pixels / self.multiple_of)) * self.multiple_of


def recipe_of(brief: Brief) -> Recipe:
    """The recipe that came with a brief. Raises Retired, naming the field, when it cannot be read."""
    try:
        return Recipe.model_validate(dict(brief.recipe))
    except ValidationError as error:
        fields = ", ".join(sorted({str(one["loc"][0]) if one["loc"] else "?" for one in error.errors()}))
        raise Retired(f"The recipe of comfyui/{brief.model} is wrong: {fields}.") from None
