"""
The parts of an evaluation, each timed by itself, in the order of the road.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service import bootstrap
from service.adapters.sql_record.migrate import migrate
from service.adapters.sql_record.record import SqlRecord
from service.adapters.system import uuid7
from service.application.answer import document
from service.application.canonical import canonical_json
from service.application.evaluate import DEFAULT_PROFILE
from service.application.ports import Evaluation
from service.application.view import view
from service.domain.agreement import differences, doubt_differences
from service.domain.decision import Decision
from service.domain.doubts import doubted
from service.domain.facts import resolve
from service.domain.intake import take_in
from service.domain.question import status
from service.domain.semantics import interpret, interpret_doubts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from service.application.ports import Engine
    from service.domain.release import Release

PARTS = (
    "read the request",
    "intake",
    "resolve",
    "engine",
    "semantics",
    "compare and decide",
    "trace and document",
    "render",
    "record",
)


@dataclass
class Clock:
    """
    Adds up the time of each part.

    Attributes:
        nanoseconds: By part.
    """

    nanoseconds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Add the time of a block to a part."""
        started = time.perf_counter_ns()
        yield
        self.nanoseconds[name] += time.perf_counter_ns() - started


class Road:
    """
    One release with its engine and a record of its own.

    Args:
        release: What decides.

        home: Folder of the SQLite file.
    """

    def __init__(self, release: Release, home: Path) -> None:
        self.release = release
        self.engine: Engine = bootstrap.engine(release)
        url = f"sqlite:///{home / 'record.sqlite3'}"
        migrate(url)
        self.record = SqlRecord(url)

    def close(self) -> None:
        """Free the engine and the record."""
        self.engine.close()
        self.record.close()

    def evaluate(self, request: bytes, clock: Clock) -> None:
        """Take one request along the road, as `service.application.evaluate` does, and time each part."""
        release = self.release
        profile = release.profiles[DEFAULT_PROFILE]
        with clock.part("read the request"):
            question = bootstrap.question(request)
        with clock.part("intake"):
            panel = take_in(release, profile, question.panel)
        with clock.part("resolve"):
            received = facts = resolve(release, profile, panel)
        with clock.part("engine"):
            doubts = self.engine.doubt(received)
        if doubts:
            with clock.part("resolve"):
                panel = doubted(release, panel, doubts)
                facts = resolve(release, profile, panel)
        seen_apart = received if doubts else None
        with clock.part("engine"):
            inference = self.engine.infer(facts)
        with clock.part("semantics"):
            meaning = interpret(release, facts)
            outcomes = interpret_doubts(release, received)
        with clock.part("compare and decide"):
            found = (*doubt_differences(doubts, outcomes), *differences(inference, meaning, facts))
            decision = Decision(release, profile, panel, facts, inference, meaning, seen_apart, doubts, outcomes)
            answers = (decision.conclusions, decision.findings, decision.advice, status(decision))
        assert not found
        assert answers
        now = datetime.now(UTC)
        with clock.part("trace and document"):
            full = {"id": uuid7(), "decided_at": now.isoformat(), **document(decision)}
        with clock.part("render"):
            kept, answer = canonical_json(full), canonical_json(view(full, "chain"))
        with clock.part("record"):
            self.record.add(
                Evaluation(
                    full["id"],
                    now,
                    question.subject,
                    release.ruleset.id,
                    release.version,
                    release.digest,
                    profile.id,
                    str(bootstrap.program()),
                    full["status"],
                    question.request,
                    kept,
                    answer,
                )
            )
