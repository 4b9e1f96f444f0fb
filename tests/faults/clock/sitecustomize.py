"""A clock that can be moved: Python loads this file by its name in every process whose PYTHONPATH has this folder.

`KINORA_TEST_CLOCK` names a file with the seconds by which the clock is off; it may change at any time. What is moved is
the machine's clock as Python and SQLite tell it, not the one that pauses and time-outs are measured with.
"""

import datetime as _datetime
import os
import re
import sqlite3
import sqlite3.dbapi2
import time

_FILE = os.environ["KINORA_TEST_CLOCK"]
_real_time = time.time
_real_connect = sqlite3.dbapi2.connect


def _off() -> float:
    with open(_FILE) as file:  # noqa: PTH123 - this runs at every start of Python
        return float(file.read() or 0)


class _Moved(type):
    def __instancecheck__(cls, one: object) -> bool:
        return isinstance(one, _datetime_real)


_datetime_real = _datetime.datetime


class datetime(_datetime_real, metaclass=_Moved):  # noqa: N801 - it stands for the one of that name
    """The same, by the moved clock."""

    @classmethod
    def now(cls, tz: _datetime.tzinfo | None = None) -> _datetime_real:
        return _datetime_real.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls) -> _datetime_real:
        return _datetime_real.fromtimestamp(time.time(), _datetime.UTC).replace(tzinfo=None)


def _strftime(form: str, *words: str) -> str:
    assert form == "%Y-%m-%d %H:%M:%f" and words[0] == "now", (form, words)  # noqa: PT018
    seconds = sum(float(re.fullmatch(r"([+-]?[\d.]+) seconds", word)[1]) for word in words[1:])
    moment = _datetime_real.fromtimestamp(time.time() + seconds, _datetime.UTC)
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def _connect(*arguments: object, **options: object) -> sqlite3.Connection:
    connection = _real_connect(*arguments, **options)
    connection.create_function("strftime", -1, _strftime)
    return connection


time.time = lambda: _real_time() + _off()
_datetime.datetime = datetime
sqlite3.connect = sqlite3.dbapi2.connect = _connect
