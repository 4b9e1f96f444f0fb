"""A supervisor with children made up by a test, in a process of its own.

Called with a file of JSON: `children` (fields of Child), `grace`, and with `config` (environment) the whole of
`kinora run` around them.
"""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.config import Config, load
from app.supervising.child import Child
from app.supervising.loop import Supervisor
from app.supervising.redis_server import RedisServer
from app.supervising.supervisor import run
from app.supervising.web_address import answers


def main(spec: dict) -> int:
    """Run what the test asked for."""
    children = [Child(**child) for child in spec["children"]]
    if "config" not in spec:
        return Supervisor(children, grace=spec["grace"], follow_parent="MAKELEVEL" in os.environ).run()

    def household(config: Config, redis: RedisServer | None) -> list[Child]:
        web = Child(
            "web",
            [sys.executable, str(Path(__file__).with_name("small_web.py")), str(config.port)],
            env={"REDIS_URL": redis.url} if redis else {},
            after=("redis",) if redis else (),
            ready=lambda: answers(config.host, config.port),
            ready_words=f"Kinora is running at {spec['address']}",
        )
        embedded = Child("redis", redis.argv, prepare=redis.prepare, ready=redis.ready, quiet=True) if redis else None
        return [web, *children, *([embedded] if embedded else [])]

    return run(load(spec["config"]), household, grace=spec["grace"])


if __name__ == "__main__":
    raise SystemExit(main(json.loads(Path(sys.argv[1]).read_text())))
