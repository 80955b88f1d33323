"""
What ``ferrule new rule`` asks, and what may be answered.
"""

from __future__ import annotations

import shlex
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from service import bootstrap
from service.application.new_rule import Wanted, condition_faults, next_id, rests_on_source
from service.cli.asking import NothingWrittenError, ask, one_of, something
from service.domain.language.reader import NAME
from service.domain.language.rules import URGENCIES
from service.domain.language.words import READ_LEVELS, RULE_ID
from service.domain.measures import MeasureKind
from service.domain.rules import Effect, Verb
from service.domain.scales import Certainty

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from service.application.patients import Pair
    from service.config import Settings

EFFECTS = tuple(verb.value for verb in (Verb.ESTABLISH, Verb.RULE_OUT, Verb.CONCLUDE, Verb.ADVISE, *Effect))
GROUPS = ("all", "any", "at least 2 of", "at least 3 of", "at least 4 of", "at least 5 of")
YES_NO = ("yes", "no")
NEW_NAME = "A new one is written in vocabulary.yaml first."
NEW_SOURCE = "A new one is written in sources.yaml first."
YEARS = 2
"""Until a new rule is due for review."""
OPTIONS = {
    "ruleset": "rule set", "family": "family: the folder of the rule", "id": "id", "title": "title, in one line",
    "effect": "what it does", "name": "which finding, conclusion, advice or result", "degree": "certainty, or urgency",
    "group": "how conditions are joined", "because": "what is told when it fires", "rationale": "why",
    "source": "source, a key of sources.yaml", "where": "where in the source", "says": "what it says, in your words",
    "strength": "strength, as the source calls it", "read": "how far you have read it",
    "limits": "where the rule may be wrong",
    "basis-source": "the source that says what the two cases expect", "basis-where": "where in that source",
}  # fmt: skip
WORDS = {"effect": EFFECTS, "degree": (*Certainty, *URGENCIES), "group": GROUPS, "read": READ_LEVELS}
"""What may be answered where that is the same for every rule set."""
NEEDED = tuple(name for name in OPTIONS if name not in {"ruleset", "id", "degree", "group", "because"})
"""Options for which nothing can be proposed."""


class Questions:
    """
    Asks for what the options do not say.

    Args:
        given: The options.

        settings: Of the installation.
    """

    def __init__(self, given: argparse.Namespace, settings: Settings) -> None:
        self.given = given
        self.folder = bootstrap.working_copy(settings)
        self.names = self.folder.names()
        self.answers: list[tuple[str, str]] = []
        """What was answered at the terminal, by option: nobody shall have to type it again."""

    def tell_how_to_go_on(self) -> None:
        """Where answers were typed and nothing was written, tell the line that holds them all."""
        if not self.answers:
            return
        options = [(name, getattr(self.given, name.replace("-", "_"))) for name in OPTIONS]
        given = [(name, value) for name, value in options if value is not None]
        given += [("when", line) for line in self.given.when]
        line = " ".join(f"--{name} {shlex.quote(value)}" for name, value in (*given, *self.answers))
        print(f"Your answers so far; paste this line, corrected, to go on:\n  ferrule new rule {line}", file=sys.stderr)

    def answer(
        self, name: str, fault: Callable[[str], str] = something, proposed: str = "", known: Sequence[str] = ()
    ) -> str:
        """Return an answer: the option, what is said when asked, or what is proposed where nobody can be asked."""
        about, option = OPTIONS[name], getattr(self.given, name.replace("-", "_"))
        if option is None and sys.stdin.isatty():
            found = ask(f"{about[0].upper()}{about[1:]}", fault, proposed, known)
            self.answers.append((name, found))
            return found
        if option is None and (not proposed or fault(proposed)):
            raise NothingWrittenError(f"--{name} is missing: {about}. Nothing is written.")
        found = proposed if option is None else str(option).strip()
        complaint = fault(found)
        if complaint:
            raise NothingWrittenError(f"--{name}: {complaint} Nothing is written.")
        return found

    def refuse_missing(self) -> None:
        """Where there is nobody to ask, name every option at once that must be given."""
        if sys.stdin.isatty():
            return
        missing = [name for name in (*NEEDED, "when") if not getattr(self.given, name.replace("-", "_"))]
        if missing:
            listed = ", ".join(f"--{name}" for name in missing)
            raise NothingWrittenError(
                f"There is no terminal to ask at; {listed} {'is' if len(missing) == 1 else 'are'} missing. "
                "'ferrule new --help' explains each. Nothing is written."
            )

    def choice(self, name: str, known: Sequence[str], proposed: str = "", new: str = "") -> str:
        """Return one of several words; *new* says where a new one is written."""
        return self.answer(name, one_of(known, new), proposed, known)

    def wanted(self) -> Wanted:
        """Return what the author answers."""
        names, today = self.names, datetime.now(UTC).date()
        rulesets = self.folder.rulesets()
        ruleset = self.choice("ruleset", rulesets, rulesets[0] if len(rulesets) == 1 else "")
        families = self.folder.families(ruleset)
        family = self.answer("family", _name, known=tuple(families))
        rule_id = self.answer("id", self._new_id, next_id(families.get(family, ()), names.rules, family))
        title = self.answer("title")
        effect = self.choice("effect", EFFECTS)
        about, degrees = self._effect(effect)
        name = self.choice("name", about, new=NEW_NAME)
        degree = self.choice("degree", degrees) if degrees else ""
        group = self.choice("group", GROUPS, GROUPS[0])
        conditions = self._conditions(in_advice=effect == Verb.ADVISE.value)
        because = self.given.because or ""
        rationale = self.answer("rationale")
        source = self.choice("source", names.sources, new=NEW_SOURCE)
        evidence = {"source": source, **{part: self.answer(part) for part in ("where", "says", "strength")}}
        evidence["read"] = self.choice("read", READ_LEVELS)
        limits = (self.answer("limits"),)
        basis = {
            "source": self.choice("basis-source", names.sources, new=NEW_SOURCE),
            "where": self.answer("basis-where"),
        }
        return Wanted(
            ruleset, family, rule_id, title, effect, name, degree, group, conditions, because, rationale,
            evidence, basis, limits, self.folder.owner(ruleset), today + timedelta(days=YEARS * 365),
        )  # fmt: skip

    def _effect(self, effect: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return what an effect may name, and its degrees."""
        words = self.names.vocabulary
        if effect == Verb.CONCLUDE.value:
            return tuple(words.conclusions), tuple(word.value for word in Certainty)
        if effect == Verb.ADVISE.value:
            return tuple(words.advice), tuple(URGENCIES)
        if effect in set(Effect):
            return tuple(name for name, one in words.measures.items() if one.kind is MeasureKind.LABORATORY), ()
        return tuple(name for name, finding in words.findings.items() if not finding.observed), ()

    def confirmed(self, wanted: Wanted, patients: Pair) -> bool:
        """Return whether the source named for the cases says so: ask, or go by whose the limits are."""
        source = wanted.basis["source"]
        if not patients.rows:
            return True
        if not sys.stdin.isatty():
            return rests_on_source(wanted, patients)
        print("The two cases stand on the two sides of")
        for words, cited in patients.rows:
            print(f"  {words}, by {cited}")
        proposed = "yes" if rests_on_source(wanted, patients) else "no"
        return ask(f"Does {source}, {wanted.basis['where']}, say so", one_of(YES_NO), proposed, YES_NO) == "yes"

    def _conditions(self, *, in_advice: bool) -> tuple[str, ...]:
        def fault(line: str) -> str:
            return " ".join(condition_faults(self.names, line, in_advice=in_advice)) if line else ""

        lines = [line.strip() for line in self.given.when]
        for line in lines:
            if complaint := fault(line):
                raise NothingWrittenError(f"--when {line!r}: {complaint} Nothing is written.")
        words = self.names.vocabulary
        known = [f"{name}:" for name in (*words.measures, *words.attributes, *words.findings)]
        while not self.given.when and sys.stdin.isatty():
            line = ask("Condition, name: words; empty when done", fault, known=[*known, *self.names.thresholds])
            if not line and lines:
                break
            if not line:
                print("  A rule has one condition at least.")
            if line:
                lines.append(line)
                self.answers.append(("when", line))
        if not lines:
            raise NothingWrittenError("--when is missing: a condition, 'name: words'. Nothing is written.")
        return tuple(lines)

    def _new_id(self, answer: str) -> str:
        if not RULE_ID.match(answer):
            return "An id has three capitals, a hyphen and three digits: ABC-110."
        return f"{answer} is taken; ids are never used twice." if answer in self.names.rules else ""


def _name(answer: str) -> str:
    return "" if NAME.match(answer) else "A family is lower case, joined by hyphens."
