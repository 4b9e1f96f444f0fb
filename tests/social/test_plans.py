"""Every feed reads its page from an index and sorts nothing, however many works there are (NFR-03)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import text

from app.extensions import db
from tests.people import Person
from tests.social.crowds import publish_many, statements
from tests.social.test_feeds import more
from tests.studio.works import inside

WORKS = 3000


def test_no_feed_scans_or_sorts(app, ada, bob, nobody) -> None:
    publish_many(ada, WORKS // 2, user_id=bob.id)
    publish_many(ada, WORKS // 2)
    publish_many(ada, WORKS, state="draft", published_at=None)
    inside(app, lambda: (db.session.execute(text("ANALYZE")), db.session.commit()))
    addresses = ["/explore", "/explore?kind=image", "/explore?kind=video", "/u/ada_l"]
    addresses += [more(nobody.get(address)) for address in addresses]
    for address in addresses:
        for person in (nobody, bob):
            _reads_by_index(app, person, address)


def _reads_by_index(app, person: Person, address: str) -> None:
    with statements(app) as sent:
        assert person.get(address).status_code == 200
    (feed,) = [s for s in sent if "creations.media_key" in s[0]]
    plan = inside(app, lambda: _plan(*feed))
    assert any("ix_creations_" in step for step in plan), (address, plan)
    bad = [step for step in plan if "TEMP B-TREE" in step or step in ("SCAN creations", "SCAN likes", "SCAN users")]
    bad += [step for step in plan if step.startswith(("Sort", "Incremental Sort", "Seq Scan on creations"))]
    assert not bad, (address, plan)


def _plan(statement: str, parameters: Any) -> list[str]:
    connection = db.session.connection()
    if db.engine.dialect.name == "sqlite":
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    found = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar()
    plan = json.loads(found) if isinstance(found, str) else found
    return list(_steps(plan[0]["Plan"]))


def _steps(node: dict[str, Any]) -> Iterator[str]:
    where = f" on {node['Relation Name']}" if "Relation Name" in node else ""
    index = f" using {node['Index Name']}" if "Index Name" in node else ""
    yield f"{node['Node Type']}{where}{index}"
    for part in node.get("Plans", []):
        yield from _steps(part)
