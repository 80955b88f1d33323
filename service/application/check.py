"""
Check authored knowledge: every fault at once, and what should be seen to.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from service.domain.errors import FerruleError, KnowledgeError, PanelError, Problem
from service.domain.intake import take_in
from service.domain.language.upkeep import reviewed_on

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import date

    from service.application.evaluate import Question
    from service.application.ports import EngineFactory
    from service.domain.cases import Case
    from service.domain.release import Release


class Knowledge(Protocol):
    """Knowledge as authors edit it, read as a release."""

    def rulesets(self) -> tuple[str, ...]:
        """Return the names of the rule sets."""

    def release(self, ruleset: str, version: str, digest: str) -> tuple[Release, tuple[Case, ...]]:
        """Return a rule set with its cases, or raise `KnowledgeError` with every fault."""

    def files(self, ruleset: str) -> Mapping[str, bytes]:
        """Return every file of a rule set, by path inside the folder."""

    def generated(self, release: Release, rules: Collection[str] | None = None) -> tuple[Case, ...]:
        """Return generated cases, of some rules or of all; `KnowledgeError` where a file cannot be read."""


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


def check(
    knowledge: Knowledge, engine: EngineFactory, question: Callable[[bytes], Question], today: date, folder: str
) -> tuple[Checked, ...]:
    """
    Read every rule set, compile it, and read its sample panels as the service would.

    Args:
        knowledge: The working copy.

        engine: Compiles.

        question: Reads a request body.

        today: Reviews that were due before are overdue.

        folder: What the working copy is called, before the path of a file.

    Returns:
        What was found, for each rule set.
    """

    def checked(ruleset: str) -> Checked:
        try:
            release, cases = knowledge.release(ruleset, "draft", "")
            generated = knowledge.generated(release)
            engine(release).close()
        except KnowledgeError as error:
            return Checked(ruleset, error.problems)
        except FerruleError as error:
            return Checked(ruleset, (), (f"{ruleset}: {error}",))
        faults = (
            *_reviewed_in_future(release, today),
            *_samples(release, knowledge.files(ruleset), question, folder),
        )
        return Checked(ruleset, faults, remarks(release, cases, today), summary(release, cases, len(generated)))

    return tuple(checked(ruleset) for ruleset in knowledge.rulesets())


def _reviewed_in_future(release: Release, today: date) -> Iterator[Problem]:
    for rule in release.rules.values():
        day = reviewed_on(rule.review.reviewed or "")
        if day is not None and day > today.isoformat():
            yield Problem(rule.file, 0, 0, f"{rule.id} was reviewed on {day}, which is still to come; correct the day.")


def _samples(
    release: Release, files: Mapping[str, bytes], question: Callable[[bytes], Question], folder: str
) -> Iterator[Problem]:
    """Yield what the service would refuse in the sample panels, which are known to be JSON."""
    for path, raw in files.items():
        if not path.startswith(f"{release.ruleset.id}/examples/"):
            continue
        file = f"{folder}/{path}"
        try:
            asked = question(json.dumps(json.loads(raw)["request"]).encode())
            if asked.profile in release.profiles:
                take_in(release, release.profiles[asked.profile], asked.panel)
            else:
                known = ", ".join(release.profiles)
                yield Problem(file, 0, 0, f"the request asks for the profile {asked.profile!r}, not among {known}.")
        except PanelError as error:
            yield from (Problem(file, 0, 0, f"request{fault.pointer}: {fault.detail}") for fault in error.faults)
        except FerruleError as error:
            yield Problem(file, 0, 0, f"the request cannot be read: {error}")


def remarks(release: Release, cases: tuple[Case, ...], today: date) -> tuple[str, ...]:
    """Return a sentence for each rule that is past its review date, has no cases, or none in which it must fire."""
    files = {rule.id: rule.file for rule in release.rules.values()}
    overdue = sorted(rule.id for rule in release.rules.values() if rule.review.next < today.isoformat())
    without = sorted(release.rules.keys() - {case.rule for case in cases})
    shown = {rule for case in cases for rule in case.expect.fired}
    never = sorted(release.rules.keys() - shown - {*without})
    return (
        *(f"{files[rule]}: {rule} is past its review date; read it again, and move it" for rule in overdue),
        *(f"{files[rule]}: {rule} has no cases; write some in {_beside(files[rule])}" for rule in without),
        *(f"{files[rule]}: no case has {rule} under 'fired'; write one for whom it holds" for rule in never),
    )


def _beside(file: str) -> str:
    """Return the name of the file of cases beside the file of a rule."""
    return f"{file.rpartition('/')[2].removesuffix('.yaml')}.cases.yaml"


def summary(release: Release, cases: tuple[Case, ...], generated: int = 0) -> str:
    """Return a sentence with counts; generated cases are told apart."""
    besides = f" and {generated} generated, unconfirmed" if generated else ""
    unreviewed = sum(rule.review.reviewed is None for rule in release.rules.values())
    return (
        f"{release.ruleset.id}: {len(release.rules)} rules in use, {len(release.numbers.thresholds)} thresholds, "
        f"{len(release.profiles)} profiles, {len(cases)} cases{besides}. "
        f"{unreviewed} rules are not reviewed by a clinician."
    )
