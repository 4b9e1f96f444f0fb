"""The ledger: whatever happens at once or twice, what is written adds up to the balance."""

import uuid

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from app.credits import ledger
from app.credits.models import EntryType, LedgerEntry
from app.errors import Conflict, NotEnoughCredits
from app.extensions import db, transaction
from tests.database.books import broken, entries, ids, tell
from tests.database.rows import left


def entries_of(user_id: uuid.UUID) -> list[tuple[str, int, int]]:
    """Everything that moved a person's credits: (type, amount, balance after)."""
    db.session.rollback()
    rows = db.session.scalars(select(LedgerEntry).where(LedgerEntry.user_id == user_id).order_by(LedgerEntry.id))
    return [(row.type, row.amount, row.balance_after) for row in rows]


@pytest.mark.timeout(120)
def test_a_thousand_debits_at_once_against_five_hundred_credits_leave_exactly_none(app, ada, hands):
    """PRC-07"""
    ada.give(400)
    assert hands("debit", ada.id, times=1000) == {"done": 500, "NotEnoughCredits": 500}
    assert ada.balance() == 0
    with app.app_context():
        assert broken() == {}
        after = [row[2] for row in entries_of(ada.id)[2:]]
        assert sorted(after) == list(range(500))


def test_a_refund_tried_by_many_at_once_happens_once(app, ada, hands):
    """PRC-11: the unique key decides, and whoever comes second writes nothing."""
    with app.app_context():
        made = left(ada.id, price=30)
    answers = hands("refund", ada.id, made, times=8, threads=2)
    assert answers["30"] == 1
    assert set(answers) <= {"30", "0", "Conflict"}
    assert ada.balance() == 100
    with app.app_context():
        assert entries(made) == [("image_generation", -30), ("image_refund", 30)]


def test_the_credits_of_a_newcomer_are_a_row_of_the_ledger(app, ada):
    """ACC-03, PRC-08"""
    with app.app_context():
        assert entries_of(ada.id) == [("signup_grant", 100, 100)]
        assert db.session.scalar(select(LedgerEntry.key).where(LedgerEntry.user_id == ada.id)) == (
            f"grant:signup:{ada.id}"
        )


def test_an_entry_cannot_be_changed_or_removed(app, ada):
    """Append-only on both databases, also for those who write SQL."""
    forbidden = ["UPDATE ledger_entries SET amount = 1000", "DELETE FROM ledger_entries"]
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            forbidden.append("REPLACE INTO ledger_entries SELECT * FROM ledger_entries")
            forbidden.append("UPDATE OR REPLACE ledger_entries SET amount = 1000")
        else:
            forbidden.append("TRUNCATE ledger_entries")
            forbidden.append("TRUNCATE users CASCADE")
        for statement in forbidden:
            with pytest.raises(DatabaseError, match="the ledger is append-only"):
                tell(statement)
        assert entries_of(ada.id) == [("signup_grant", 100, 100)]


def test_a_key_moves_credits_once(app, ada):
    with app.app_context():
        with transaction():
            ledger.grant(ada.id, 7, type=EntryType.ADMIN_GRANT, key="admin:one")
        with pytest.raises(Conflict), transaction():
            ledger.grant(ada.id, 7, type=EntryType.ADMIN_GRANT, key="admin:one")
        assert entries_of(ada.id)[1:] == [("admin_grant", 7, 107)]
    assert ada.balance() == 107


def test_the_database_itself_refuses_a_second_entry_of_the_same_key(app, ada):
    """PRC-11: a unique constraint, not only a check in code."""
    statement = """INSERT INTO ledger_entries (id, user_id, amount, type, key, balance_after, note, created_at)
        SELECT :id, user_id, amount, type, key, balance_after, note, created_at FROM ledger_entries LIMIT 1"""
    with app.app_context(), pytest.raises(IntegrityError, match=r"(?i)unique"):
        tell(statement, id=ids(uuid.uuid4())[0])


def test_a_charge_that_the_balance_does_not_cover_writes_nothing(app, ada):
    with app.app_context():
        made = left(ada.id, price=60)
        with pytest.raises(NotEnoughCredits) as refused, transaction():
            ledger.charge(ada.id, 41, kind="image", creation_id=made)
        assert (refused.value.have, refused.value.need) == (40, 41)
        assert "You have 40 credits, this needs 41." in refused.value.words
        assert entries(made) == [("image_generation", -60)]
    assert ada.balance() == 40


def test_a_balance_can_not_be_brought_below_zero_by_anybody(app, ada):
    with app.app_context():
        with pytest.raises(NotEnoughCredits), transaction():
            ledger.grant(ada.id, -101, type=EntryType.ADMIN_GRANT, key="admin:too-much")
        with pytest.raises(IntegrityError):
            tell("UPDATE users SET balance = -1 WHERE username = 'ada_l'")
    assert ada.balance() == 100


def test_an_entry_of_nothing_or_of_an_unknown_type_is_refused(app, ada):
    for wrong in ({"amount": 0}, {"type": "present"}, {"balance_after": -1}):
        row = {"amount": 5, "type": "admin_grant", "balance_after": 5, **wrong}
        with app.app_context(), pytest.raises(IntegrityError), transaction() as session:
            session.add(LedgerEntry(user_id=ada.id, key="admin:odd", **row))


def test_a_movement_that_is_rolled_back_leaves_neither_entry_nor_balance(app, ada):
    def grant_and_stumble() -> None:
        with transaction():
            ledger.grant(ada.id, 50, type=EntryType.ADMIN_GRANT, key="admin:lost")
            raise KeyError

    with app.app_context():
        with pytest.raises(KeyError):
            grant_and_stumble()
        assert len(entries_of(ada.id)) == 1
        assert db.session.scalar(text("SELECT count(*) FROM ledger_entries WHERE key = 'admin:lost'")) == 0
    assert ada.balance() == 100


def test_a_refund_gives_back_what_the_ledger_says_was_paid(app, ada):
    """PRC-09: the entry, not the price list of today, says how much."""
    with app.app_context():
        made = left(ada.id, price=33)
        tell("UPDATE creations SET credit_cost = 99")
        with transaction():
            assert ledger.refund(ada.id, kind="image", creation_id=made) == 33
        with transaction():
            assert ledger.refund(ada.id, kind="image", creation_id=made) == 0
    assert ada.balance() == 100
