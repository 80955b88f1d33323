"""
Asking what the rules say of a patient, and writing it down as a case.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from service.application.decide import decide
from service.application.generated.edges import rare
from service.application.generated.written import said_of
from service.application.semantics_alone import SemanticsAlone
from service.domain.cases import GENERATED
from service.domain.errors import ContradictionError, FerruleError
from service.domain.language.patients import PatientReader
from service.domain.language.reader import Reader
from service.domain.nodes import node_of
from service.domain.rule_needs import rule_needs
from service.domain.rules import Verb
from service.domain.scales import State
from service.domain.semantics import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.application.generated.sketch import Sketch
    from service.application.generated.written import Said
    from service.domain.decision import Decision
    from service.domain.nodes import Plain
    from service.domain.panel import Note
    from service.domain.release import Profile, Release
    from service.domain.rules import Rule


@dataclass(frozen=True, slots=True)
class Answered:
    """A patient, as drawn and as told, and what the rules say."""

    sketch: Sketch
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


REMARKS = frozenset({"doubted", "earlier"})
"""What intake and rules remark on because the patient is meant to be so."""
MOST = 80
"""Patients that are asked about for one question in one profile."""
REMEMBERED = 500
"""Patients whose answers are kept: one question often comes to the same patient twice."""


class Asking:
    """
    Asks the reference semantics.

    Args:
        release: The rule set.

    Attributes:
        contradictions: Patients of whom nothing can be answered, because rules confirm and exclude the same.

        found: Sketches that were found at a limit in one profile, by the limit and the rule: they often do in others.
    """

    def __init__(self, release: Release) -> None:
        self.release = release
        self._alone, self._rare = SemanticsAlone(release), rare(release)
        self.contradictions: list[Said] = []
        self.found: dict[tuple[object, ...], list[Sketch]] = {}
        self._decided: dict[tuple[str, str], Decision | None] = {}
        self._left = MOST

    def begin(self) -> None:
        """Begin another question, with as many patients as the one before had."""
        self._left = MOST

    @property
    def is_spent(self) -> bool:
        """Whether as many patients as may be have been asked about."""
        return self._left <= 0

    def __call__(self, profile: Profile, sketch: Sketch) -> Answered | None:
        """Return a patient of a sketch with the decision; None if there is none, or it is remarked on."""
        said = said_of(sketch) if self._left > 0 else None
        if said is None:
            return None
        self._left -= 1
        key = (profile.id, repr(said))
        if key not in self._decided:
            if len(self._decided) >= REMEMBERED:
                self._decided.clear()
            try:
                self._decided[key] = self._decide(profile, said)
            except ContradictionError:
                self.contradictions.append(said)
                return None
        decision = self._decided[key]
        return None if decision is None else Answered(sketch, said, decision)

    def _decide(self, profile: Profile, said: Said) -> Decision | None:
        """Return what is answered of a patient; None if nothing can be, or the patient is remarked on."""
        reader = Reader()
        given = PatientReader(reader, self.release.vocabulary).panel(node_of(said, ""))
        if reader.problems:
            return None
        try:
            decision, _ = decide(self.release, profile, self._alone, given)
        except ContradictionError:
            raise
        except FerruleError:
            return None
        return None if any(self._is_odd(note) for note in decision.panel.notes) else decision

    def _is_odd(self, note: Note) -> bool:
        """Return whether a remark is not what the patient is for: a doubt, an earlier result, a limit that is rare."""
        return note.issue not in REMARKS and not (note.used and note.measure in self._rare)


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


def waiting(decision: Decision, rules: Iterable[Rule]) -> dict[str, Plain]:
    """Return what a case expects of rules none of which is decided: what each waits for."""
    undecided = [rule for rule in rules if decision.outcomes[rule.id] is Outcome.UNDECIDED]
    return {"undecided": {rule.id: list(rule_needs(decision, rule)) for rule in undecided}}
