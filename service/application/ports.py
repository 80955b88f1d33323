"""
What the use cases need from the outside, as protocols.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from service.domain.facts import Facts
    from service.domain.inference import Basis, Inference
    from service.domain.release import Release

Document = dict[str, Any]
"""A JSON object with text, booleans, lists and objects; every measured number is text."""


class Engine(Protocol):
    """Infers with one release."""

    def doubt(self, received: Facts) -> Mapping[str, frozenset[Basis]]:
        """Return the rules about results that fired on the panel as received, with their facts."""

    def infer(self, facts: Facts) -> Inference:
        """Return what fired; raise `EngineError` rather than a partial answer."""

    def close(self) -> None:
        """Free what the engine holds."""


class EngineFactory(Protocol):
    """Makes an engine for a release."""

    def __call__(self, release: Release) -> Engine:
        """Return an engine, or raise `EngineLimitError`."""


class ReleaseSource(Protocol):
    """Published releases, verified whenever they are loaded."""

    def rulesets(self) -> tuple[str, ...]:
        """Return the ids of the rule sets that have a release."""

    def versions(self, ruleset: str) -> tuple[str, ...]:
        """Return the published versions, oldest first; `ReleaseNotFoundError` for an unknown rule set."""

    def load(self, ruleset: str, version: str) -> Release:
        """Return a release after verifying every digest, or raise `ReleaseTamperedError`."""

    def check(self, used: tuple[tuple[str, str], ...]) -> None:
        """Look whether all is still as published, the releases in use above all, or raise `ReleaseTamperedError`."""

    def ledger(self, ruleset: str) -> tuple[Document, ...]:
        """Return the ledger's entries for a rule set, oldest first."""

    def examples(self, ruleset: str, version: str) -> dict[str, Document]:
        """Return the sample panels of a release: name, about and request, by file name."""

    def rule_text(self, ruleset: str, version: str, rule: str) -> str:
        """Return the authored text of a rule; `ReleaseNotFoundError` for an unknown one."""


@dataclass(frozen=True, slots=True)
class Program:
    """
    The program that decides.

    Attributes:
        name, version: Its own.

        engine: Name and version of the rules engine.
    """

    name: str
    version: str
    engine: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}, {self.engine}"

    @property
    def document(self) -> Document:
        """The program as answers name it."""
        return {"name": self.name, "version": self.version, "engine": self.engine}


@dataclass(frozen=True, slots=True)
class Key:
    """
    An idempotency key with what it was used for.

    Attributes:
        key: As the caller sent it.

        fingerprint: SHA-256 of the request, hexadecimal.
    """

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """
    One evaluation as it is recorded.

    Attributes:
        id: UUID version 7.

        recorded_at: When, in UTC.

        subject: The caller's pseudonym for the patient, or None.

        ruleset, version, digest, profile, program: What decided.

        status: Of the decision.

        request: The request, canonical JSON.

        document: The decision with its full trace, canonical JSON.

        answer: The bytes that were answered.
    """

    id: str
    recorded_at: datetime
    subject: str | None
    ruleset: str
    version: str
    digest: str
    profile: str
    program: str
    status: str
    request: bytes
    document: bytes
    answer: bytes


@dataclass(frozen=True, slots=True)
class Disagreement:
    """
    A report of an evaluation that the engine and the semantics decided differently.

    Attributes:
        id: UUID version 7, which the caller is told.

        recorded_at: When, in UTC.

        ruleset, version, digest, profile, program: What decided.

        request: The request, canonical JSON.

        report: Differences, both answers and the margins they were given, canonical JSON.
    """

    id: str
    recorded_at: datetime
    ruleset: str
    version: str
    digest: str
    profile: str
    program: str
    request: bytes
    report: bytes


class Record(Protocol):
    """
    The durable record of decisions.

    Every method raises `RecordError` where the record cannot do as asked, or holds
    something else than it was given.
    """

    def add(self, evaluation: Evaluation, key: Key | None = None) -> None:
        """
        Commit an evaluation, with its idempotency key, before it is answered.

        Raises `IdempotencyConflictError` if the key is taken.
        """

    def answer(self, evaluation_id: str) -> bytes:
        """Return the bytes answered, or raise `EvaluationNotFoundError`."""

    def document(self, evaluation_id: str) -> bytes:
        """Return the decision with its full trace, or raise `EvaluationNotFoundError`."""

    def request(self, evaluation_id: str) -> bytes:
        """Return the request, canonical JSON, or raise `EvaluationNotFoundError`."""

    def answered_under(self, key: Key) -> tuple[str, bytes] | None:
        """Return id and answer recorded under a key; `IdempotencyConflictError` if its fingerprint differs."""

    def add_disagreement(self, disagreement: Disagreement) -> None:
        """Commit a report of a disagreement."""

    def disagreements(self) -> Iterator[Disagreement]:
        """Return every report, oldest first, read as they are asked for."""

    def disagreement(self, report_id: str) -> Disagreement:
        """Return a report, or raise `EvaluationNotFoundError`."""

    def check(self) -> None:
        """Raise `RecordError` unless the record can be written to."""

    def close(self) -> None:
        """Let go of files and connections; the next use opens them again."""


class Verifier(Protocol):
    """Derives a share of the recorded decisions again, later and elsewhere."""

    def offer(self, evaluation: Evaluation) -> None:
        """Take a recorded evaluation to be verified, or leave it; return at once, and never raise."""
