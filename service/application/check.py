"""
Check authored knowledge: every fault at once, and what should be seen to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from service.domain.errors import FerruleError, KnowledgeError

if TYPE_CHECKING:
    from datetime import date

    from service.application.ports import EngineFactory
    from service.domain.cases import Case
    from service.domain.errors import Problem
    from service.domain.release import Release


class Knowledge(Protocol):
    """Knowledge as authors edit it, read as a release."""

    def rulesets(self) -> tuple[str, ...]:
        """Return the names of the rule sets."""

    def release(self, ruleset: str, version: str, digest: str) -> tuple[Release, tuple[Case, ...]]:
        """Return a rule set with its cases, or raise `KnowledgeError` with every fault."""


@dataclass(frozen=True, slots=True)
class Checked:
    """
    What was found in one rule set.

    Attributes:
        ruleset: Its name.

        faults: What an author must change.

        remarks: What should be seen to, one sentence each.

        summary: What was read, in a sentence; empty if there are faults.
    """

    ruleset: str
    faults: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()
    summary: str = ""


def check(knowledge: Knowledge, engine: EngineFactory, today: date) -> tuple[Checked, ...]:
    """
    Read every rule set, and compile it.

    Args:
        knowledge: The working copy.

        engine: Compiles.

        today: Reviews that were due before are overdue.

    Returns:
        What was found, for each rule set.
    """
    return tuple(_checked(knowledge, engine, today, ruleset) for ruleset in knowledge.rulesets())


def _checked(knowledge: Knowledge, engine: EngineFactory, today: date, ruleset: str) -> Checked:
    try:
        release, cases = knowledge.release(ruleset, "draft", "")
        engine(release).close()
    except KnowledgeError as error:
        return Checked(ruleset, error.problems)
    except FerruleError as error:
        return Checked(ruleset, (), (f"{ruleset}: {error}",))
    return Checked(ruleset, (), remarks(release, cases, today), summary(release, cases))


def remarks(release: Release, cases: tuple[Case, ...], today: date) -> tuple[str, ...]:
    """Return a sentence for each rule that is past its review date, or has no cases."""
    name = release.ruleset.id
    overdue = sorted(rule.id for rule in release.rules.values() if rule.review.next < today.isoformat())
    without = sorted(release.rules.keys() - {case.rule for case in cases})
    return (
        *(f"{name}: {rule} is past its review date" for rule in overdue),
        *(f"{name}: {rule} has no cases" for rule in without),
    )


def summary(release: Release, cases: tuple[Case, ...]) -> str:
    """Return a sentence with counts."""
    unreviewed = sum(rule.review.reviewed is None for rule in release.rules.values())
    return (
        f"{release.ruleset.id}: {len(release.rules)} rules in use, {len(release.numbers.thresholds)} thresholds, "
        f"{len(release.profiles)} profiles, {len(cases)} cases. "
        f"{unreviewed} rules are not reviewed by a clinician."
    )
