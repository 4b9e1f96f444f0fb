"""The database's clock, as a column expression: leases of several machines are compared with one clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.extensions import UtcDateTime


class from_now(FunctionElement[datetime]):  # noqa: N801 - reads like the SQL function that it is
    """The moment `seconds` from now (0 is now, negative is in the past), by the database's clock.

    `seconds` is a number, or an expression such as a bind parameter. A number is bound too, so that statements with
    different pauses are compiled once: the watch loop writes hundreds of them in a second.
    """

    inherit_cache = True
    type = UtcDateTime()

    def __init__(self, seconds: float | ColumnElement[float] = 0.0) -> None:
        bound = seconds if isinstance(seconds, ColumnElement) else literal(float(seconds), Float())
        super().__init__(bound)


@compiles(from_now, "sqlite")
def _sqlite(element: from_now, compiler: Any, **options: Any) -> str:
    # As text with six decimals, the form in which SQLAlchemy stores times in SQLite, so that they compare as text.
    seconds = f"printf('%+.3f seconds', {compiler.process(element.clauses, **options)})"
    return f"(strftime('%Y-%m-%d %H:%M:%f', 'now', {seconds}) || '000')"


@compiles(from_now, "postgresql")
def _postgresql(element: from_now, compiler: Any, **options: Any) -> str:
    # Not clock_timestamp(): PostgreSQL holds no index against a value that may change within the statement.
    return f"(statement_timestamp() + make_interval(secs => {compiler.process(element.clauses, **options)}))"
