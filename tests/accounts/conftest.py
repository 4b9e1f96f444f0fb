"""The small app that the tests of `web` use, and PostgreSQL for races."""

from tests.servers.postgres import postgres_server
from tests.web.conftest import ada, app, empty, nobody

__all__ = ["ada", "app", "empty", "nobody", "postgres_server"]
