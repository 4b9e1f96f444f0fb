"""The database's clock, as a column expression: leases of several machines are compared with one clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles

from app.extensions import UtcDateTime


class from_now(ColumnElement[datetime]):  # noqa: N801 - reads like the SQL function that it is
    """The moment `seconds` from now (0 is now, negative is in the past), by the database's clock."""

    inherit_cache = False
    type = UtcDateTime()

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = float(seconds)


@compiles(from_now, "sqlite")
def _sqlite(element: from_now, _compiler: Any, **_: Any) -> str:
    # As text with six decimals, the form in which SQLAlchemy stores times in SQLite, so that they compare as text.
    return f"(strftime('%Y-%m-%d %H:%M:%f', 'now', '{element.seconds:+.3f} seconds') || '000')"


@compiles(from_now, "postgresql")
def _postgresql(element: from_now, _compiler: Any, **_: Any) -> str:
    # Not clock_timestamp(): PostgreSQL holds no index against a value that may change within the statement.
    return f"(statement_timestamp() + make_interval(secs => {element.seconds:.3f}))"
