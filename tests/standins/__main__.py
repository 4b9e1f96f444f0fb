"""Start a stand-in by hand: `python -m tests.standins google --port 8099`."""

from __future__ import annotations

import importlib
import sys

STAND_INS = {
    "comfyui": "tests.standins.comfyui",
    "google": "tests.standins.google",
    "replicate": "tests.standins.replicate",
    "google-cloud": "tests.standins.google_cloud",
    "poe": "tests.standins.poe",
}
"""Their names and the modules whose `main` starts them."""


def main(argv: list[str]) -> None:
    """Start the stand-in that the first word names, with the rest as its options."""
    if not argv or argv[0] not in STAND_INS:
        sys.exit(f"usage: python -m tests.standins {{{','.join(STAND_INS)}}} [--port PORT] ...")
    importlib.import_module(STAND_INS[argv[0]]).main(argv[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
