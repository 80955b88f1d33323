"""
Evaluate a panel: decide, compare, record, answer. In that order, always.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.application.answer import document
from service.application.canonical import canonical_json
from service.application.compare import compared
from service.application.decide import decide
from service.application.disagreement import report
from service.application.ports import Disagreement, Evaluation
from service.application.view import view
from service.domain.echo import unknown
from service.domain.errors import (
    EngineDisagreementError,
    Fault,
    IdempotencyConflictError,
    PanelError,
)
from service.domain.results import AHEAD

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from service.application.catalog import Catalog, Loaded
    from service.application.ports import Document, Key, Program, Record, Verifier
    from service.domain.decision import Decision
    from service.domain.given import GivenPanel
    from service.domain.release import Profile, Release

DEFAULT_PROFILE = "default"


@dataclass(frozen=True, slots=True)
class Question:
    """
    A request to evaluate a panel.

    Attributes:
        panel: What is said of the patient.

        request: The request, canonical JSON, for the record.

        ruleset: Rule set, or None when there is only one.

        version: Version, or None for the newest.

        profile: Profile.

        subject: The caller's pseudonym for the patient, or None.

        others: Profiles whose differences are told besides.
    """

    panel: GivenPanel
    request: bytes
    ruleset: str | None = None
    version: str | None = None
    profile: str = DEFAULT_PROFILE
    subject: str | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What is told.

    Attributes:
        id: Of the evaluation.

        body: The bytes of the answer.

        replayed: Whether it is the answer to an earlier request with the same key.
    """

    id: str
    body: bytes
    replayed: bool = False


class DisagreementReportedError(EngineDisagreementError):
    """
    The engine and the semantics differed; a report is stored under *report*.

    Args:
        differences: As of `EngineDisagreementError`.

        report: Id of the stored report.
    """

    def __init__(self, differences: tuple[str, ...], report: str) -> None:
        super().__init__(differences)
        self.report = report


class Evaluate:
    """
    The use case behind ``POST /v1/evaluations``.

    Args:
        catalog: Releases with their engines.

        record: Where decisions are kept.

        clock: The time, in UTC.

        ids: New ids, UUID version 7.

        program: What decides, named in every answer and record.

        verifier: Derives a share of the decisions again, or None.
    """

    def __init__(
        self,
        catalog: Catalog,
        record: Record,
        clock: Callable[[], datetime],
        ids: Callable[[], str],
        program: Program,
        verifier: Verifier | None = None,
    ) -> None:
        self._verifier = verifier
        self._catalog, self._record, self._clock, self._ids = catalog, record, clock, ids
        self._program = program

    def decide(self, question: Question) -> Document:
        """
        Decide without a record, for previews and populations.

        Args:
            question: The request.

        Returns:
            The document with its full trace, without id and times.

        Raises:
            PanelError: If the panel cannot be evaluated as it stands.

            EngineDisagreementError: If the two readers differ.
        """
        loaded = self._choose(question)
        decision = self._decided(loaded, question)[0]
        return {
            "program": self._program.document,
            **document(decision),
            **_compared(decision, [one for one, _ in self._others(loaded, question)]),
        }

    def decision(self, question: Question) -> Decision:
        """Decide as `decide`, and return the decision itself."""
        return self._decided(self._choose(question), question)[0]

    def __call__(self, question: Question, key: Key | None = None, shown: str = "chain") -> Answer:
        """
        Evaluate, record, and only then answer.

        Args:
            question: The request.

            key: Idempotency key, or None.

            shown: How much of the trace the answer shows.

        Returns:
            The answer; the earlier one where the key was used for the same request.

        Raises:
            PanelError: If the panel cannot be evaluated as it stands; nothing is recorded.

            ReleaseNotFoundError: If no such release is known.

            DisagreementReportedError: If the two readers differ; the report is
                recorded, a decision is not.

            IdempotencyConflictError: If the key was used for another request.
        """
        if key is not None:
            earlier = self._record.answered_under(key)
            if earlier is not None:
                return Answer(*earlier, replayed=True)
        decided_at = self._clock()
        loaded = self._choose(question)
        decision, found = self._decided(loaded, question, tolerate=True)
        others = self._others(loaded, question, tolerate=True)
        for one, differing in ((decision, found), *others):
            if differing:
                raise self._report(question, one, differing)
        evaluation_id = self._ids()
        recorded_at = self._clock()
        full = {
            "id": evaluation_id,
            "decided_at": _instant(decided_at),
            "recorded_at": _instant(recorded_at),
            "program": self._program.document,
            "subject": question.subject,
            **document(decision),
            **_compared(decision, [one for one, _ in others]),
        }
        if question.subject is None:
            del full["subject"]
        body = canonical_json(view(full, shown))
        release = loaded.release
        evaluation = Evaluation(
            evaluation_id, recorded_at, question.subject, release.ruleset.id, release.version, release.digest,
            decision.profile.id, str(self._program), full["status"], question.request, canonical_json(full), body,
        )  # fmt: skip
        return self._recorded(evaluation, key)

    # -- parts -----------------------------------------------------------

    def _recorded(self, evaluation: Evaluation, key: Key | None) -> Answer:
        """Record an evaluation, or find the one that won where two requests raced with one key."""
        try:
            self._record.add(evaluation, key)
        except IdempotencyConflictError:
            earlier = self._record.answered_under(key) if key is not None else None
            if earlier is None:
                raise
            return Answer(*earlier, replayed=True)
        if self._verifier is not None:
            self._verifier.offer(evaluation)
        return Answer(evaluation.id, evaluation.answer)

    def _choose(self, question: Question) -> Loaded:
        if question.panel.as_of > self._clock() + AHEAD:
            raise PanelError(
                [
                    Fault(
                        "/as_of",
                        "in-the-future",
                        "as_of may lie at most 5 minutes ahead of the service's clock.",
                    )
                ]
            )
        return self._catalog.choose(question.ruleset, question.version)

    def _decided(
        self, loaded: Loaded, question: Question, *, tolerate: bool = False
    ) -> tuple[Decision, tuple[str, ...]]:
        profile = _profile(loaded.release, question.profile, "/profiles/0" if question.others else "/profile")
        return self._decided_in(loaded, question, profile, tolerate=tolerate)

    def _others(
        self, loaded: Loaded, question: Question, *, tolerate: bool = False
    ) -> tuple[tuple[Decision, tuple[str, ...]], ...]:
        """Decide the same panel in the other profiles that are asked for."""
        profiles = [
            _profile(loaded.release, name, f"/profiles/{place}") for place, name in enumerate(question.others, 1)
        ]
        return tuple(self._decided_in(loaded, question, one, tolerate=tolerate) for one in profiles)

    @staticmethod
    def _decided_in(
        loaded: Loaded, question: Question, profile: Profile, *, tolerate: bool
    ) -> tuple[Decision, tuple[str, ...]]:
        decision, found = decide(loaded.release, profile, loaded.engine, question.panel)
        if found and not tolerate:
            raise EngineDisagreementError(found)
        return decision, found

    def _report(self, question: Question, decision: Decision, found: tuple[str, ...]) -> DisagreementReportedError:
        release = decision.release
        report_id = self._ids()
        self._record.add_disagreement(
            Disagreement(
                report_id, self._clock(), release.ruleset.id, release.version, release.digest, decision.profile.id,
                str(self._program), question.request, canonical_json(report(decision, found, self._program)),
            )
        )  # fmt: skip
        return DisagreementReportedError(found, report_id)


def _compared(first: Decision, others: Sequence[Decision]) -> Document:
    """Return what the other profiles say otherwise, where any were asked for."""
    return {"compared": [compared(first, one) for one in others]} if others else {}


def _profile(release: Release, name: str, pointer: str) -> Profile:
    profile = release.profiles.get(name)
    if profile is None:
        raise PanelError(
            [
                Fault(
                    pointer,
                    "unknown-profile",
                    unknown(name, sorted(release.profiles), "profiles"),
                )
            ]
        )
    return profile


def _instant(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
