"""What a worker reads before it forks, so that no fork reads it again for one job."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.crashes.slow_google import SlowGoogle
from tests.journeys.house import PLAIN, ROOT, with_google
from tests.standins import media

PROGRAM = """
import json, sys, threading
from pathlib import Path
from app.media.pipeline import Expectations, prepare
from app.providers.base import Brief, Kind
from jobs.application import application, preload

preload()
threads, before = threading.active_count(), set(sys.modules)
folder = Path(sys.argv[1])
with application().app_context():
    google = application().extensions["kinora_providers"].provider("google")
    made = google.submit(Brief(Kind.IMAGE, "gemini-3.1-flash-image", "A lighthouse", "1:1"), "one")
    (folder / "source").write_bytes(made.result.data)
    prepare(folder / "source", "image", Expectations(), None, "a model", folder)
    video = Brief(Kind.VIDEO, "gemini-omni-1.2-flash", "Kelp", "9:16", duration=4, resolution="720p")
    google.poll(google.submit(video, "two").handle)
    prepare(folder / "film", "video", Expectations(), None, "a model", folder)
print(json.dumps([threads, sorted(set(sys.modules) - before)]))
"""


def test_a_fork_finds_everything_that_a_job_imports(google: SlowGoogle, tmp_path: Path) -> None:
    """Half a second of each submit went into imports that were thrown away with the fork; and threads do not fork."""
    environ = {name: os.environ[name] for name in PLAIN if name in os.environ}
    environ |= {"KINORA_DATA": str(tmp_path), **with_google(google)}
    (tmp_path / "film").write_bytes(media.mp4(4, "720p", "9:16"))
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    threads, imported = json.loads(done.stdout.splitlines()[-1])
    assert threads == 1
    assert len(imported) < 10, imported
