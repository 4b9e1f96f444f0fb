"""What must be true when all is settled: everything that people were told, against rows, files and the provider."""

from __future__ import annotations

import hashlib
import http.client
import re
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from app.creations.models import Creation
from app.social.models import Like
from tests.database.books import broken
from tests.soak.faults import NOT_TAKEN
from tests.soak.member import PRICES, Member
from tests.soak.place import Place

COLUMNS = (
    Creation.id, Creation.user_id, Creation.kind, Creation.prompt, Creation.state, Creation.step, Creation.error_code,
    Creation.deleted_at, Creation.provider, Creation.media_key, Creation.media_sha256, Creation.file_size_bytes,
    Creation.created_at, Creation.completed_at, Creation.credit_cost,
)  # fmt: skip
THREADS = 4
LONGEST_LIST = 20


class Verdict:
    """The violations that were found, and what is worth counting."""

    def __init__(self, place: Place, members: list[Member]) -> None:
        self.place = place
        self.members = members
        self.report = place.ask_provider("/_control/soak")
        self.rows: dict[uuid.UUID, Any] = {row.id: row for row in place.rows(*COLUMNS)}
        self.by_prompt: dict[str, list[Any]] = {}
        for row in self.rows.values():
            self.by_prompt.setdefault(row.prompt, []).append(row)
        self.violations: list[str] = []

    def reach(self) -> list[str]:
        """Look at everything; the violations."""
        self.violations += [words for member in self.members for words in member.wrong]
        self.violations += [f"the provider was asked something strange: {one}" for one in self.report["violations"]]
        self._settled()
        for member in self.members:
            self._promises(member)
            self._credits(member)
        self._nothing_else()
        self._sent_once()
        self._files()
        self._books()
        return self.violations

    def orphans(self) -> int:
        """How often the provider worked for nothing: it had accepted, and the person was refunded."""
        failed = {row.prompt for row in self.rows.values() if row.state == "failed" and row.prompt}
        return sum(times for prompt, times in self.report["accepted"].items() if prompt in failed)

    def longest(self) -> float:
        """Seconds from the request to the end of the creation that took longest."""
        ended = [(row.completed_at - row.created_at).total_seconds() for row in self.rows.values() if row.completed_at]
        return max(ended, default=0.0)

    def ends(self) -> Counter[str]:
        """How many ended in which way, the failed ones by their code."""
        return Counter(row.error_code or row.state for row in self.rows.values())

    def _settled(self) -> None:
        self.violations += [f"{row.id} is {row.state}/{row.step}" for row in self.rows.values() if row.step is not None]

    def _promises(self, member: Member) -> None:
        """I4: every answer's promise holds."""
        paper = member.paper
        deleted = set(paper.deleted)
        for asked in paper.asked:
            found = [row for row in self.by_prompt.get(asked.prompt, []) if row.error_code != "not_queued"]
            if asked.id and (asked.id not in self.rows or self.rows[asked.id].user_id != member.user_id):
                self.violations.append(f"{asked.prompt}: promised as {asked.id}, and is not there")
            if len(found) > 1 or (not found and not (asked.id or self._may_be_deleted(deleted, asked.kind))):
                self.violations.append(f"{asked.prompt}: {len(found)} creations instead of one")
        for id in deleted:
            self._hold(id, "deleted", self.rows[id].deleted_at is not None and self.rows[id].media_key is None)
        for id in paper.cancelled - deleted:
            self._hold(id, "cancelled", self.rows[id].error_code == "cancelled")
        for id, shown in paper.published.items():
            if id not in deleted:
                self._hold(
                    id, "published" if shown else "draft", self.rows[id].state == ("published" if shown else "draft")
                )
        self._likes(member)

    def _may_be_deleted(self, deleted: set[uuid.UUID], kind: str) -> bool:
        """A deleted creation has lost its words; a video's answer does not name it."""
        return any(self.rows[id].kind == kind for id in deleted if id in self.rows)

    def _hold(self, id: uuid.UUID, word: str, holds: bool) -> None:
        if not holds:
            row = self.rows[id]
            self.violations.append(f"{id} was said to be {word} and is {row.state} ({row.error_code})")

    def _likes(self, member: Member) -> None:
        withdrawn = {id for one in self.members for id in (*one.paper.taken_back, *one.paper.deleted)}
        there = {row.creation_id for row in self.place.rows(Like.creation_id, where=(Like.user_id == member.user_id,))}
        for id in member.paper.liked - withdrawn - there:
            self.violations.append(f"{member.name} likes {id}, and it is not noted")

    def _credits(self, member: Member) -> None:
        """I1: the paper, the ledger and the page agree."""
        mine = [row for row in self.rows.values() if row.user_id == member.user_id]
        expected = member.paper.credits - sum(PRICES[row.kind] for row in mine if row.state != "failed")
        page = member.caller.get("/create")[1]
        found = re.search(r'id="balance"[^>]*><b>([\d,]+)</b>', page)
        shown = int(found[1].replace(",", "")) if found else None
        if shown != expected:
            self.violations.append(f"{member.name} should have {expected} credits, the page says {shown}")

    def _nothing_else(self) -> None:
        """Nobody has a creation that nobody asked for."""
        asked = sum(len(member.paper.asked) for member in self.members)
        made = sum(row.error_code != "not_queued" for row in self.rows.values())
        if asked != made:
            self.violations.append(f"{asked} creations were promised, there are {made}")

    def _sent_once(self) -> None:
        """JOB-09: sent again only after an answer that says that nothing was begun; taken on once at most."""
        for prompt, told in self.report["told"].items():
            if any(word not in NOT_TAKEN for word in told[:-1]):
                self.violations.append(f"{prompt} was sent again: {', '.join(told)}")
        for prompt, times in self.report["accepted"].items():
            if times > 1:
                self.violations.append(f"{prompt} was taken on {times} times")
        for row in self.rows.values():
            made = row.state in ("draft", "published") and row.provider == "google" and row.prompt
            if made and self.report["accepted"].get(row.prompt) != 1:
                self.violations.append(f"{row.prompt} is a {row.state} that the provider did not make")

    def _files(self) -> None:
        """I3: every draft and post can be fetched by its owner, byte for byte."""
        callers = {member.user_id: member for member in self.members}
        wanted = [row for row in self.rows.values() if row.state in ("draft", "published") and not row.deleted_at]
        with ThreadPoolExecutor(THREADS) as pool:
            parts = [wanted[number::THREADS] for number in range(THREADS)]
            for found in pool.map(lambda part: list(self._unfetched(part, callers)), parts):
                self.violations += found

    def _unfetched(self, rows: list[Any], callers: dict[uuid.UUID, Member]) -> list[str]:
        wrong = []
        with closing(http.client.HTTPConnection("127.0.0.1", self.place.house.port, timeout=30)) as connection:
            for row in rows:
                headers = {"Cookie": callers[row.user_id].caller.cookie, "User-Agent": "Firefox"}
                connection.request("GET", f"/media/{row.media_key}", headers=headers)
                answer = connection.getresponse()
                data = answer.read()
                if answer.status != 200 or hashlib.sha256(data).digest() != row.media_sha256:
                    wrong.append(f"{row.id}: {row.media_key} gives {answer.status} and {len(data)} bytes")
        return wrong

    def _books(self) -> None:
        """I1 to I3 by the audit, in this process and as the operator's command."""
        with self.place.app.app_context():
            for name, rows in broken().items():
                self.violations += [f"audit: {name}: {row}" for row in rows[:LONGEST_LIST]]
        done = self.place.house.command("audit")
        if done.returncode:
            self.violations.append(f"kinora audit: {done.stdout[-1000:]}{done.stderr[-1000:]}")
