"""
Asking what the rules say of a patient, and writing it down as a case.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from service.application.decide import decide
from service.application.generated.chosen import said_of
from service.application.semantics_alone import SemanticsAlone
from service.domain.cases import GENERATED
from service.domain.errors import ContradictionError, FerruleError
from service.domain.language.patients import PatientReader
from service.domain.language.reader import Reader
from service.domain.nodes import node_of
from service.domain.rules import Verb
from service.domain.scales import State
from service.domain.semantics import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.application.generated.chosen import Said
    from service.application.generated.sketch import Sketch
    from service.domain.decision import Decision
    from service.domain.nodes import Plain
    from service.domain.release import Profile, Release
    from service.domain.rules import Rule


@dataclass(frozen=True, slots=True)
class Answered:
    """A patient, and what the rules say."""

    said: Said
    decision: Decision


@dataclass(slots=True)
class Beside:
    """
    What is generated beside one rule.

    Attributes:
        cases: The cases, as they stand in a file.

        not_reached: A sentence on each patient that was looked for and not found.
    """

    cases: dict[str, Plain] = field(default_factory=dict)
    not_reached: list[str] = field(default_factory=list)

    def add(self, name: str, profile: Profile, answered: Answered, expect: Plain) -> None:
        """Add a case; of two that have one name the later is numbered."""
        number = 1
        while (told := name if number == 1 else f"{name} ({number})") in self.cases:
            number += 1
        self.cases[told] = {
            "name": told, "basis": GENERATED, "profile": profile.id, "given": answered.said, "expect": expect,
        }  # fmt: skip


DOUBTED = "doubted"
MOST = 80
"""Patients that are asked about for one question in one profile."""


class Asking:
    """
    Asks the reference semantics.

    Args:
        release: The rule set.

    Attributes:
        contradictions: Patients of whom nothing can be answered, because rules confirm and exclude the same.
    """

    def __init__(self, release: Release) -> None:
        self.release = release
        self._reader, self._alone = PatientReader(Reader(), release.vocabulary), SemanticsAlone(release)
        self.contradictions: list[Said] = []
        self._left = MOST

    def begin(self) -> None:
        """Begin another question, with as many patients as the one before had."""
        self._left = MOST

    def __call__(self, profile: Profile, sketch: Sketch) -> Answered | None:
        """Return a patient of a sketch with the decision; None if there is none, or it is remarked on."""
        said = said_of(sketch) if self._left > 0 else None
        if said is None:
            return None
        self._left -= 1
        try:
            decision, _ = decide(self.release, profile, self._alone, self._reader.panel(node_of(said, "")))
        except ContradictionError:
            self.contradictions.append(said)
            return None
        except FerruleError:
            return None
        # What rules doubt is what they are for, and a limit may lie where values are rare.
        is_odd = any(note.issue != DOUBTED and not note.used for note in decision.panel.notes)
        return None if is_odd else Answered(said, decision)


def expected(decision: Decision, rules: Iterable[Rule]) -> dict[str, Plain]:
    """
    Return what a case expects of some rules, and of what they give.

    Args:
        decision: What is answered now.

        rules: The rules.

    Returns:
        What stands under ``expect``; a rule that is not decided is left out.
    """
    found: dict[str, Plain] = {}
    concluded = {name: verdict.certainty.value for name, verdict in decision.conclusions}
    advised = {name for name, _, _ in decision.advice}
    findings: dict[str, Plain] = {}
    conclusions: dict[str, Plain] = {}
    lists: dict[str, list[Plain]] = {
        key: [] for key in ("not concluded", "advice", "not advised", "fired", "not fired")
    }
    for rule in rules:
        outcome, name = decision.outcomes[rule.id], rule.then.name
        if outcome not in {Outcome.FIRED, Outcome.NOT_FIRED}:
            continue
        lists[outcome.value.replace("-", " ")].append(rule.id)
        if rule.then.verb in {Verb.ESTABLISH, Verb.RULE_OUT}:
            findings[name] = decision.inference.states.get(name, State.UNKNOWN).value
        elif rule.then.verb is Verb.CONCLUDE and name in concluded:
            conclusions[name] = concluded[name]
        elif rule.then.verb is not Verb.DOUBT:
            key = "not concluded" if rule.then.verb is Verb.CONCLUDE else "advice" if name in advised else "not advised"
            lists[key] += [name] if name not in lists[key] else []
    if findings:
        found["findings"] = findings
    if conclusions:
        found["conclusions"] = conclusions
    return found | {key: list(names) for key, names in lists.items() if names}
