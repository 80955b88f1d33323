"""
Every error the service raises on purpose.

* FerruleError
  - KnowledgeError            an author must change a file
  - PanelError                the caller must change the request
  - ReleaseError              an operator must act
    + ReleaseNotFoundError
      - RuleNotFoundError
      - NameNotFoundError     somebody asked for what is not there
    + ReleaseTamperedError
    + ReleaseExistsError
  - RecordError               an operator must act
    + EvaluationNotFoundError the caller asked for what is not there
    + IdempotencyConflictError the caller used one key for two requests
  - EngineError               a defect of ours
    + EngineUnavailableError  an operator must install the engine
    + EngineLimitError        an author must make the rule set smaller
    + EngineDisagreementError the engine and the semantics differ
    + ContradictionError      one panel confirms and excludes a conclusion

The second level says who can put it right. Nothing in this module knows
about HTTP; ``service.web.problem_kinds`` maps each class to a status.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FAMILY = 3
"""Letters that the ids of a family of rules begin with."""

MOST_NAMED = 12
"""Known names that a message lists."""

LONGEST_NAME = 60
"""Of what a caller asked for, as a message repeats it."""


class FerruleError(Exception):
    """
    Superclass of all errors of this service.

    Never raised directly.
    """


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """
    One fault in an authored file.

    Attributes:
        file: Path as the author knows it, relative to the knowledge folder's parent.

        line: Line, counted from 1; 0 when the fault is of the whole file.

        column: Column, counted from 1; 0 with line 0.

        message: What is wrong, what was given, what would be accepted.
    """

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{where}: {self.message}"


class KnowledgeError(FerruleError):
    """
    Authored knowledge cannot be used as it stands; every fault is listed at once.

    Args:
        problems: The faults, in the order of files and lines.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One fault in a posted panel.

    Attributes:
        pointer: JSON Pointer (RFC 6901) to the field.

        code: Stable word for programs, for example ``unknown-unit``.

        detail: What was given and what would be accepted.
    """

    pointer: str
    code: str
    detail: str


class PanelError(FerruleError):
    """
    The posted panel cannot be evaluated as it stands.

    Args:
        faults: Every fault found, with a pointer to its field.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.pointer}: {fault.detail}" for fault in self.faults))


class ReleaseError(FerruleError):
    """A published release cannot be used."""


def shortened(name: str) -> str:
    """Return a name that was asked for as a message repeats it: no longer than names are."""
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}..."


class ReleaseNotFoundError(ReleaseError):
    """
    No release of that rule set and version is known.

    Args:
        ruleset: Rule set asked for, or None where none was named and there is not exactly one.

        version: Version asked for, or None for any.

        known: Versions that exist.
    """

    def __init__(self, ruleset: str | None, version: str | None, known: Sequence[str]) -> None:
        self.ruleset, self.version, self.known = ruleset, version, tuple(known)
        if ruleset is None:
            message = f"Name one rule set: {', '.join(known)}." if known else "No rule set is published yet."
        else:
            asked = f"{shortened(ruleset)} {shortened(version)}" if version else shortened(ruleset)
            message = f"{asked} is not a known release; known: {', '.join(known) or 'none'}."
        super().__init__(message)


class RuleNotFoundError(ReleaseNotFoundError):
    """
    The version has no rule of that id.

    Args:
        rule: Id asked for.

        ruleset, version: Where.

        known: Ids that exist.
    """

    def __init__(self, rule: str, ruleset: str, version: str, known: Sequence[str]) -> None:
        super().__init__(f"{rule} of {ruleset}", version, known)
        self.rule = rule
        self.args = (
            f"{shortened(ruleset)} {shortened(version)} has no rule {shortened(rule)}; known: {', '.join(known)}.",
        )


class NameNotFoundError(ReleaseNotFoundError):
    """
    A name that somebody asked for is not there.

    Args:
        kind: What was asked for, for example ``rule``.

        name: The name asked for.

        known: Names that exist.

        message: What is said of it, where it is not the nearest of the names, or all of them.
    """

    def __init__(self, kind: str, name: str, known: Sequence[str], message: str = "") -> None:
        super().__init__(None, None, known)
        self.kind, self.name = kind, name
        if message:
            self.args = (message,)
            return
        near = get_close_matches(name, known, 1, 0.6)
        alike = [one for one in known if one[:FAMILY] == name[:FAMILY]] or known
        more = f" and {len(alike) - MOST_NAMED} more" if len(alike) > MOST_NAMED else ""
        told = ", ".join(alike[:MOST_NAMED]) + more
        hint = f"Did you mean {near[0]}?" if near else f"Known: {told or 'none'}."
        self.args = (f"{name!r} is no {kind} here. {hint}",)


class ReleaseTamperedError(ReleaseError):
    """
    A file of a release is not the file that was published.

    Args:
        file: Path of the file inside ``versions/``.

        detail: What differs.
    """

    def __init__(self, file: str, detail: str) -> None:
        self.file = file
        super().__init__(
            f"{file} is not as published: {detail} Restore versions/ from the repository; "
            f"a release is never edited, publish a new one instead."
        )


class ReleaseExistsError(ReleaseError):
    """A release of that version, or with that very content, is already published."""


class RecordError(FerruleError):
    """The record of decisions cannot do what was asked."""


class EvaluationNotFoundError(RecordError):
    """No evaluation is recorded under that id."""


class IdempotencyConflictError(RecordError):
    """An idempotency key was used again with another request."""


class EngineError(FerruleError):
    """The inference engine failed; no conclusion is given."""


class EngineUnavailableError(EngineError):
    """The engine's C module cannot be imported; the message names the remedy."""


class EngineLimitError(EngineError):
    """
    A rule set is larger than the engine can run safely.

    Args:
        limit: Name of the limit.

        allowed: The most that is safe.

        found: What the rule set needs.

        where: The rule or condition that is over it, when it is one.
    """

    def __init__(self, limit: str, allowed: int, found: int, where: str = "") -> None:
        self.limit, self.allowed, self.found, self.where = limit, allowed, found, where
        at = f" at {where}" if where else ""
        super().__init__(
            f"The engine's limit of {allowed} {limit} is exceeded{at}: {found}. "
            f"Name a shared condition as a finding, or split the rule."
        )


class EngineDisagreementError(EngineError):
    """
    The engine and the reference semantics differ about one panel.

    Args:
        differences: One sentence each, with rule and finding names and no patient data.
    """

    def __init__(self, differences: Sequence[str]) -> None:
        self.differences = tuple(differences)
        super().__init__("The engine and the reference semantics differ: " + "; ".join(differences))


class NothingToDrawError(FerruleError):
    """An explanation is asked for as a drawing, and there is nothing to draw."""

    def __init__(self) -> None:
        super().__init__("There is nothing to draw here; ask for json or text.")


class ExplainedOtherwiseError(EngineError):
    """
    A recorded request is decided otherwise today than it was recorded; it is not explained.

    Args:
        differing: Parts of the record that do not come out again.
    """

    def __init__(self, differing: Sequence[str]) -> None:
        self.differing = tuple(differing)
        super().__init__(f"The recorded request is decided otherwise today: {', '.join(differing)}.")


class ContradictionError(EngineError):
    """One panel confirms and excludes the same conclusion, which publishing rules out."""

    def __init__(self) -> None:
        super().__init__(
            "One conclusion is both confirmed and excluded; two rules of the release contradict each other."
        )
