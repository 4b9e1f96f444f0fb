"""Run benchmarks by name, or all of them: `python -m benchmarks [name …]`; the names are in `ALL`."""

from __future__ import annotations

import subprocess
import sys

ALL = ("starts", "push", "watching", "local_renderer", "feed", "latencies", "lines", "backups", "sockets")


def main(names: list[str]) -> int:
    """Run each benchmark in a process of its own, so that none warms another's caches; return the worst exit code."""
    unknown = set(names) - set(ALL)
    if unknown:
        sys.stderr.write(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(ALL)}.\n")
        return 2
    codes = []
    for name in names or ALL:
        print(f"\n== {name}", flush=True)
        codes.append(subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode)
    return max(codes)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
