"""`kinora audit`: finds whatever does not add up, names the row, and is silent about all else."""

import io
import os
import subprocess
import sys
import uuid
from datetime import timedelta

import pytest

from app.config import Config
from app.creations import references, service
from app.creations.states import State
from app.extensions import now, storage
from app.generation.audit import checks as audit_checks
from tests.database.books import broken, ids, tell, without_checks, without_triggers
from tests.database.both import environ_of
from tests.database.rows import HOUR, drafted, left
from tests.engine import row
from tests.standins import media

BALANCE = "every balance is the sum of its ledger entries"
DEBITED = "every creation is debited exactly once, at its price"
REFUNDED = "every failed creation is refunded exactly once, in full"
NOTHING_ELSE = "nothing else is refunded"
SETTLED = "every unfinished creation is within its deadline"
FETCHABLE = "every draft and post, and every reference image, has its files"
OWNERS = "every entry about a creation moves its owner's credits"
FAILED = {"step": None, "state": State.FAILED}
DRAFT = {"step": None, "state": State.DRAFT}


def audit(config: Config) -> tuple[int, dict[str, list[str]], str]:
    """Run the command: its exit code, the violations under each check's name, and the last line."""
    environ = {"PATH": os.environ["PATH"], **environ_of(config)}
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "audit"], env=environ, capture_output=True, text=True, check=False
    )
    found: dict[str, list[str]] = {}
    *lines, last = done.stdout.splitlines()
    for line in lines:
        if line.startswith(("ok ", "BAD ")):
            found[line[4:].rpartition(" (")[0]] = []
        else:
            list(found.values())[-1].append(line.strip())
    return done.returncode, found, last


def entry(user_id: uuid.UUID, creation_id: uuid.UUID, amount: int, kind: str = "image_refund") -> None:
    """A line of the ledger that moved no balance."""
    new, user, creation = ids(uuid.uuid4(), user_id, creation_id)
    tell(
        "INSERT INTO ledger_entries (id, user_id, creation_id, amount, type, key, balance_after, note, created_at)"
        " VALUES (:id, :user, :creation, :amount, :type, :key, 0, '', CURRENT_TIMESTAMP)",
        id=new, user=user, creation=creation, amount=amount, type=kind, key=f"odd:{new}",
    )  # fmt: skip


def pictured(user_id: uuid.UUID) -> uuid.UUID:
    """A reference image that somebody sent."""
    return references.take(user_id, io.BytesIO(media.jpeg("1:1")), "mine.jpg").id


def planted(user_id: uuid.UUID, tmp_path) -> dict[str, list[uuid.UUID]]:
    """One creation for each way in which the books can be wrong, by the check that must find it."""
    undebited, underpaid, free, twice = (left(user_id, price=price) for price in (1, 2, 3, 4))
    tell("DELETE FROM ledger_entries WHERE creation_id = :id", id=ids(undebited)[0])
    tell("UPDATE ledger_entries SET amount = -1 WHERE creation_id = :id", id=ids(underpaid)[0])
    tell("UPDATE creations SET credit_cost = 0 WHERE id = :id", id=ids(free)[0])
    entry(user_id, twice, -4)

    unrefunded, half, doubly = (left(user_id, price=6, **FAILED) for _ in range(3))
    entry(user_id, half, 3)
    entry(user_id, doubly, 6)
    entry(user_id, doubly, 6)

    given_away, too_much = left(user_id), left(user_id)
    entry(user_id, given_away, 5)
    entry(user_id, too_much, 6, "admin_refund")

    late = left(user_id, step="waiting", deadline_at=now() - timedelta(seconds=121))
    forgotten = left(user_id, created_at=now() - HOUR)

    lost = left(user_id, **DRAFT, media_key=f"images/{'a' * 22}.png", file_size_bytes=3)
    cut = left(user_id, **DRAFT, media_key=f"images/{'b' * 22}.png", file_size_bytes=3)
    (tmp_path / "cut").write_bytes(b"ab")
    storage().put(f"images/{'b' * 22}.png", tmp_path / "cut", "image/png")
    faceless = drafted(user_id)
    storage().delete(row(faceless).poster_small_key)
    unmade = pictured(user_id)
    storage().delete(references.find(user_id, [unmade])[0].key)
    return {
        DEBITED: [undebited, underpaid, free, twice],
        REFUNDED: [unrefunded, half, doubly],
        NOTHING_ELSE: [given_away, too_much],
        SETTLED: [late, forgotten],
        FETCHABLE: [lost, cut, faceless, unmade],
    }


def test_the_audit_finds_every_kind_of_violation_and_exits_with_one(app, config, ada, bob, tmp_path):
    """PRC-13"""
    with app.app_context():
        without_triggers()
        expected = planted(ada.id, tmp_path)
        tell("UPDATE users SET balance = balance + 1 WHERE username = 'bob_d'")
    code, found, last = audit(config)
    assert code == 1
    for check, creations in expected.items():
        named = {line.removeprefix("id ").split(",")[0].replace("-", "") for line in found[check]}
        assert named == {one.hex for one in creations}, check
    assert {line.removeprefix("id ").split(",")[0].replace("-", "") for line in found[BALANCE]} == {
        ada.id.hex,
        bob.id.hex,
    }
    assert found[OWNERS] == []
    assert last == f"{sum(map(len, found.values()))} violations"


def test_the_audit_of_a_house_in_order_says_so_and_exits_with_zero(app, config, ada):
    with app.app_context():
        left(ada.id, price=5)
        assert broken() == {}
    code, found, last = audit(config)
    assert (code, last) == (0, "0 violations")
    assert set(found) == {BALANCE, OWNERS, DEBITED, REFUNDED, NOTHING_ELSE, SETTLED, FETCHABLE}
    assert not any(found.values())


def test_the_audit_finds_credits_that_moved_for_another_persons_creation(app, ada, bob):
    with app.app_context():
        made = left(ada.id, price=5)
        entry(bob.id, made, 5)
        assert OWNERS in broken()


def test_the_audit_finds_a_balance_below_zero(app, ada):
    """Even one that its entries add up to."""
    with app.app_context():
        without_checks()
        tell("UPDATE users SET balance = -3 WHERE username = 'ada_l'")
        tell(
            "INSERT INTO ledger_entries (id, user_id, amount, type, key, balance_after, note, created_at)"
            " VALUES (:id, :user, -103, 'admin_grant', 'odd', 0, '', CURRENT_TIMESTAMP)",
            id=ids(uuid.uuid4())[0],
            user=ids(ada.id)[0],
        )
        assert [line.split(", ", 1)[1] for line in broken()[BALANCE]] == ["balance -3, entries -3"]


def test_a_file_that_comes_or_goes_during_the_audit_is_no_violation(app, ada):
    """Its row is read before its file is looked for, and once more when it is not there."""
    with app.app_context():
        lost, deleted = drafted(ada.id), drafted(ada.id)
        for creation_id in (lost, deleted):
            storage().delete(row(creation_id).media_key)
        (check,) = [one for one in audit_checks() if one.name == FETCHABLE]
        found = check.violations()
        assert str(lost) in next(found)
        service.delete(ada.id, deleted)
        pictured(ada.id)
        assert list(found) == []


@pytest.mark.parametrize("past", [True, False])
def test_a_creation_is_late_two_minutes_after_its_deadline_and_not_before(app, ada, past):
    """I3"""
    overdue = timedelta(seconds=125 if past else 115)
    with app.app_context():
        left(ada.id, step="waiting", deadline_at=now() - overdue)
        assert (SETTLED in broken()) is past
