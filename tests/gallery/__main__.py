"""`python -m tests.gallery --port 8123`: the gallery as a running site, with the real Content-Security-Policy."""

from __future__ import annotations

import argparse

from tests.gallery.site import make_site


def main() -> None:
    """Serve until stopped."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--port", type=int, default=8123)
    make_site().run(port=ask.parse_args().port, threaded=True, debug=False)


if __name__ == "__main__":
    main()
