"""
Write a new rule and two cases, from what its author answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from service.application.patients import pair
from service.domain.cases import GENERATED
from service.domain.errors import KnowledgeError, Problem
from service.domain.language.cases import DEFAULT_PROFILE
from service.domain.language.conditions import ConditionReader
from service.domain.language.reader import Reader
from service.domain.nodes import node_of
from service.domain.rules import Comparison, FindingTest, Verb
from service.domain.thresholds import Numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from service.application.patients import Pair
    from service.domain.cases import Case
    from service.domain.language.names import Names
    from service.domain.nodes import Plain
    from service.domain.release import Release
    from service.domain.rules import Rule

STEP = 10
_SLUG = 40


class Workshop(Protocol):
    """Authored files, to be read and added to."""

    def read(self, ruleset: str, more: Mapping[str, Plain]) -> tuple[Release, tuple[Case, ...]]:
        """Return a rule set with files that are not there yet, or raise `KnowledgeError`."""

    def add(self, files: Mapping[str, Plain]) -> tuple[str, ...]:
        """Write files and return their names; raise `KnowledgeError`, and write none, if one is there."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What the author of a rule answers.

    Attributes:
        ruleset, family: Where it stands.

        id, title: What it is called.

        effect, name: What it does, and to which finding, conclusion, advice or result.

        degree: Certainty of a conclusion, urgency of advice, or empty.

        group: ``all``, ``any`` or ``at least N of``.

        conditions: Each as it stands in the file: ``name: words``.

        because: What is told when it fires; a sentence made of the conditions where it is empty.

        rationale: Why.

        evidence: Source, where, says, strength and read.

        basis: Source and place that say what the cases expect, as the author confirms them.

        limits: Where it may be wrong.

        owner: Who keeps it.

        next: When it is due for review.
    """

    ruleset: str
    family: str
    id: str
    title: str
    effect: str
    name: str
    degree: str
    group: str
    conditions: tuple[str, ...]
    because: str
    rationale: str
    evidence: Mapping[str, str]
    basis: Mapping[str, str]
    limits: tuple[str, ...]
    owner: str
    next: date

    @property
    def path(self) -> str:
        """Return the path of the file, inside ``knowledge/``."""
        words = re.findall(r"[a-z0-9]+", self.title.lower())
        slug = "-".join([self.id.lower(), *words])
        slug = slug if len(slug) <= _SLUG else slug[: _SLUG + 1].rpartition("-")[0]
        return f"{self.ruleset}/rules/{self.family}/{slug}"


def next_id(family: Iterable[str], rules: Iterable[str], name: str = "") -> str:
    """
    Propose an id.

    Args:
        family: Ids of the rules of the family.

        rules: Ids of all rules.

        name: Of the family, whose first letters a family without rules gets unless another has them.

    Returns:
        The letters of the family with the next free ten, or number; empty where there are none, and for a full one.
    """
    letters = [one[:3] for one in family]
    begins = name.replace("-", "").upper()[:3]
    if not letters and (not re.fullmatch("[A-Z]{3}", begins) or any(one.startswith(begins) for one in rules)):
        return ""
    usual = max(sorted(set(letters)), key=letters.count) if letters else begins
    taken = {int(one[4:]) for one in rules if one.startswith(f"{usual}-")}
    rounded = (max(taken, default=0) // STEP + 1) * STEP
    free = [rounded] if rounded < 1000 else [n for n in range(1, 1000) if n not in taken]  # noqa: PLR2004 - three digits
    return f"{usual}-{free[0]:03d}" if free else ""


def condition_faults(names: Names, line: str, *, in_advice: bool) -> list[str]:
    """Return what is wrong with one condition, ``name: words``."""
    reader = Reader()
    numbers = Numbers(names.thresholds, {}, {})
    written = _condition(line) if ":" in line else line
    ConditionReader(reader, names.vocabulary, numbers).group(node_of({"all": [written]}, ""), in_advice=in_advice)
    return [problem.message for problem in reader.problems]


def rests_on_source(wanted: Wanted, patients: Pair) -> bool:
    """Return whether every limit that two cases turn on is of the source that the author names for them."""
    return all(source == wanted.basis["source"] for _, source in patients.rows)


def new_rule(
    workshop: Workshop, wanted: Wanted, confirmed: Callable[[Wanted, Pair], bool] = rests_on_source
) -> tuple[str, ...]:
    """
    Write the rule and its cases.

    Args:
        workshop: Where files are.

        wanted: What the author answers.

        confirmed: Whether the source that the author names says what the two cases expect. Where it need not, they
            are written as what they are, generated and unconfirmed, which `check` refuses until a source is named.

    Returns:
        The names of the files.

    Raises:
        KnowledgeError: With everything that is wrong with the answers; nothing is written.
    """
    rule_file, case_file = f"{wanted.path}.yaml", f"{wanted.path}.cases.yaml"
    plain = _rule(wanted)
    if not wanted.because:
        release, _ = workshop.read(wanted.ruleset, {rule_file: plain})
        plain = _rule(wanted, _sentence(release, release.rules[wanted.id]))
    release, cases = workshop.read(wanted.ruleset, {rule_file: plain})
    rule = release.rules[wanted.id]
    profile = release.profiles[DEFAULT_PROFILE if DEFAULT_PROFILE in release.profiles else next(iter(release.profiles))]
    patients = pair(release, profile, rule, cases, wanted.basis["source"])
    if patients is None:
        message = (
            f"No patient was found for whom {wanted.id} fires, with one beside for whom it does not. "
            "Do its conditions exclude each other, hold outside of the scope only, or wait for a finding that no case "
            "has?"
        )
        raise KnowledgeError([Problem(rule_file, 0, 0, message)])
    files = {rule_file: plain, case_file: _cases(wanted, patients, profile.id, dict(wanted.basis))}
    workshop.read(wanted.ruleset, files)
    if not confirmed(wanted, patients):
        files[case_file] = _cases(wanted, patients, profile.id, GENERATED)
    return workshop.add(files)


def _condition(line: str) -> dict[str, Plain]:
    name, _, words = line.partition(":")
    return {name.strip(): words.strip()}


def _rule(wanted: Wanted, because: str = "") -> Plain:
    degree = {Verb.CONCLUDE.value: "certainty", Verb.ADVISE.value: "urgency"}.get(wanted.effect)
    return {
        "id": wanted.id,
        "title": wanted.title,
        "status": "in-use",
        "when": {wanted.group: [_condition(line) for line in wanted.conditions]},
        "then": {
            wanted.effect: wanted.name,
            **({degree: wanted.degree} if degree else {}),
            "because": wanted.because or because or wanted.title,
        },
        "rationale": wanted.rationale,
        "evidence": [
            {
                "source": wanted.evidence["source"],
                "where": wanted.evidence["where"],
                "says": wanted.evidence["says"],
                "supports": "true",
                "strength": wanted.evidence["strength"],
                "read": wanted.evidence["read"],
            }
        ],
        "limits": list(wanted.limits),
        "review": {"owner": wanted.owner, "reviewed": "none", "next": wanted.next.isoformat()},
    }


def _sentence(release: Release, rule: Rule) -> str:
    """Return a sentence made of the conditions; only what is surely known is filled in."""
    words = release.vocabulary
    sure = rule.when.needed == len(rule.when.members)
    parts = []
    for one in rule.when.conditions():
        if isinstance(one, Comparison) and sure:
            title = words.measures[one.measure].title
            parts.append(f"{title} {{{one.measure}}} is {{{one.word.value} {one.threshold}}}.")
        elif isinstance(one, FindingTest) and sure:
            parts.append(f"{words.findings[one.finding].title} is {one.state.value}.")
    return " ".join(parts) or f"{rule.title}."


def _cases(wanted: Wanted, patients: Pair, profile: str, basis: Plain) -> Plain:
    gives: dict[str, Plain] = {
        Verb.ESTABLISH.value: {"findings": {wanted.name: "present"}},
        Verb.RULE_OUT.value: {"findings": {wanted.name: "absent"}},
        Verb.CONCLUDE.value: {"conclusions": {wanted.name: wanted.degree}},
        Verb.ADVISE.value: {"advice": [wanted.name]},
    }
    expected = gives.get(wanted.effect, {})
    differs = f"Not with {patients.by} just on the other side" if patients.by else "Not for another patient"
    read_in: dict[str, Plain] = {} if profile == DEFAULT_PROFILE else {"profile": profile}
    return {
        "rule": wanted.id,
        "cases": [
            {
                "name": wanted.title,
                "basis": basis,
                **read_in,
                "given": dict(patients.fires),
                "expect": {**(expected if isinstance(expected, dict) else {}), "fired": [wanted.id]},
            },
            {
                "name": differs,
                "basis": basis,
                **read_in,
                "given": dict(patients.other),
                "expect": {"not fired": [wanted.id]},
            },
        ],
    }
