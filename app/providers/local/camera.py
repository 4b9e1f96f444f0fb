"""Where the camera stands at a moment: the moves a prompt can ask for."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class View:
    """One moment of the camera. Offsets are in frame widths and heights of the nearest ground; far things move less."""

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0

    def zoom_at(self, depth: float) -> float:
        """How much larger things at `depth` (0 the sky, 1 the ground) appear."""
        return 1 + (self.zoom - 1) * (0.3 + 0.7 * depth)


@dataclass(frozen=True)
class Camera:
    """A move from one view to another over the whole length, with a hand's unrest if wanted."""

    start: View = View()
    end: View = View()
    unrest: float = 0.0
    arc: float = 0.0

    def at(self, share: float, seconds: float) -> View:
        """The view when `share` (0 to 1) of the length has passed."""
        # Half linear, half eased: a pure ease stands still at both ends, and the first frame is the poster.
        eased = 0.55 * share + 0.45 * share * share * (3 - 2 * share)
        x, y, zoom = (a + (b - a) * eased for a, b in zip(_parts(self.start), _parts(self.end), strict=True))
        y += self.arc * math.sin(math.pi * share)
        if self.unrest:
            x += self.unrest * (0.6 * math.sin(seconds * 1.9) + 0.4 * math.sin(seconds * 4.3 + 1))
            y += self.unrest * (0.6 * math.sin(seconds * 2.3 + 2) + 0.4 * math.sin(seconds * 5.1))
        return View(x, y, max(zoom, 1.0))


_REACH = 0.085

MOVES: dict[str, Camera] = {
    "pan right": Camera(View(-_REACH), View(_REACH)),
    "pan left": Camera(View(_REACH), View(-_REACH)),
    "tilt up": Camera(View(0, 0.06), View(0, -0.06)),
    "tilt down": Camera(View(0, -0.06), View(0, 0.06)),
    "zoom in": Camera(View(), View(0, 0, 1.28)),
    "zoom out": Camera(View(0, 0, 1.28), View()),
    "crane up": Camera(View(0, 0.055, 1.06), View(0, -0.055, 1.0)),
    "crane down": Camera(View(0, -0.055, 1.0), View(0, 0.055, 1.06)),
    "orbit": Camera(View(-_REACH, 0, 1.04), View(_REACH, 0, 1.04), arc=0.012),
    "handheld": Camera(View(-0.02, 0, 1.03), View(0.02, 0, 1.06), unrest=0.006),
    "static": Camera(),
    "drift": Camera(View(-0.035, 0, 1.0), View(0.035, 0, 1.06)),
    "drift back": Camera(View(0.035, 0, 1.0), View(-0.035, 0, 1.06)),
}
"""Every move by name. A pan to the right uncovers what lies to the right, so the picture itself slides left."""


def _parts(view: View) -> tuple[float, float, float]:
    return view.x, view.y, view.zoom
