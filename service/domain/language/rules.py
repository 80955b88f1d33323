"""
Reading rules: conditions as words, and one effect.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from service.domain.language.conditions import ConditionReader
from service.domain.language.places import at
from service.domain.language.surely import surely_known
from service.domain.language.upkeep import read_evidence, read_review
from service.domain.language.words import RULE_ID
from service.domain.measures import MeasureKind
from service.domain.nodes import Sequence
from service.domain.rules import (
    PLACEHOLDER,
    Comparison,
    Doubt,
    Effect,
    Group,
    Rule,
    Then,
    Verb,
    placeholder,
)
from service.domain.scales import Certainty, Urgency
from service.domain.units import parse_unit

if TYPE_CHECKING:
    from collections.abc import Collection

    from service.domain.language.reader import Reader
    from service.domain.nodes import Mapping, Node
    from service.domain.thresholds import Numbers, Word
    from service.domain.vocabulary import Vocabulary

URGENCIES = {urgency.word: urgency for urgency in Urgency}


class RuleReader:
    """Reads rules against a vocabulary and its numbers."""

    def __init__(self, reader: Reader, vocabulary: Vocabulary, numbers: Numbers, sources: Collection[str]) -> None:
        self.reader, self.vocabulary, self.sources = reader, vocabulary, sources
        self.tables = numbers.tables
        self.conditions = ConditionReader(reader, vocabulary, numbers)

    def rule(self, node: Node) -> Rule | None:
        """
        Read one rule.

        Args:
            node: The root of the rule's file.

        Returns:
            The rule, or None where it has no usable logic; faults are kept.
        """
        reader = self.reader
        logic, why = ("id", "title", "status", "when", "then"), ("rationale", "evidence", "limits", "review")
        fields = reader.mapping(node, "the rule", logic, ("profiles",), wanted=why)
        if fields is None:
            return None
        self.order(fields, (*logic[:3], "profiles", *logic[3:], *why))
        rule_id = reader.text(fields.get("id"), "id")
        if rule_id and not RULE_ID.match(rule_id):
            reader.fault(
                fields.index["id"].place,
                f"{rule_id!r} is not a rule id; write three capitals, a hyphen and three digits: ABC-110.",
            )
        then = self.then(fields.get("then"))
        in_advice = then is not None and then.verb is Verb.ADVISE
        before = len(reader.problems)
        when = self.conditions.group(fields.get("when"), in_advice=in_advice)
        if then is None or when is None:
            return None
        # What a faulty condition would have made known is not known here.
        if len(reader.problems) == before:
            self.placeholders(fields.get("then") or node, then, when)
        passages = reader.items(fields.get("evidence"), "evidence")
        read = [read_evidence(reader, item, self.sources) for item in passages]
        return Rule(
            rule_id,
            reader.text(fields.get("title"), "title"),
            reader.one_of(fields.get("status"), "status", ("draft", "in-use", "retired")),
            reader.texts(fields.get("profiles"), "profile"),
            when,
            then,
            reader.text(fields.get("rationale"), "rationale"),
            tuple(one for one in read if one),
            reader.texts(fields.get("limits"), "limit"),
            read_review(reader, fields.get("review")),
            node.place.file,
        )

    def order(self, fields: Mapping, order: tuple[str, ...]) -> None:
        """Refuse fields out of order: identity, logic, why, upkeep."""
        given = [key.text for key, _ in fields if key.text in order]
        if given != sorted(given, key=order.index):
            message = f"The order of a rule's fields is: {', '.join(order)}. 'ferrule fmt' puts it right."
            self.reader.fault(fields.place, message, authors=True)

    # -- then ------------------------------------------------------------

    def then(self, node: Node | None) -> Then | None:
        """Read the one effect of a rule."""
        reader = self.reader
        verbs = tuple(verb.value for verb in Verb if verb is not Verb.DOUBT)
        fields = reader.mapping(
            node, "then", ("because",), (*verbs, *Effect, "certainty", "urgency", "within", "scope")
        )
        if fields is None:
            return None
        if any(key.text in set(Effect) for key, _ in fields):
            return self.doubt(fields)
        given = [Verb(key.text) for key, _ in fields if key.text in verbs]
        if len(given) != 1:
            has = ", ".join(given) or "none"
            words = ", ".join((*verbs, *Effect))
            reader.fault(fields.place, f"then has exactly one of: {words}; this one has {has}.")
            return None
        verb = given[0]
        needs = {Verb.CONCLUDE: "certainty", Verb.ADVISE: "urgency"}.get(verb)
        for extra, goes_with in (("certainty", Verb.CONCLUDE), ("urgency", Verb.ADVISE), ("within", Verb.ADVISE)):
            stands = fields.get(extra)
            if stands is None and extra == needs:
                reader.fault(fields.place, f"then has no {extra!r}, which {verb.value} needs.")
            elif stands is not None and verb is not goes_with:
                reader.fault(stands.place, f"{extra!r} goes with {goes_with} only, not with {verb.value}.")
        derived = [name for name, finding in self.vocabulary.findings.items() if not finding.observed]
        names: Collection[str] = {
            Verb.CONCLUDE: self.vocabulary.conclusions,
            Verb.ADVISE: self.vocabulary.advice,
        }.get(verb, derived)
        what = {Verb.CONCLUDE: "conclusion", Verb.ADVISE: "advice"}.get(verb, "derived finding")
        certainty = reader.one_of(fields.get("certainty"), "certainty", tuple(Certainty), "possible")
        urgency = reader.one_of(fields.get("urgency"), "urgency", URGENCIES, "routine")
        scope = fields.get("scope")
        if scope is not None and (verb is not Verb.ADVISE or reader.text(scope, "scope") != "any"):
            reader.fault(scope.place, "scope: any stands in rules that advise, and has no other value.")
        told = fields.get(verb.value)
        if isinstance(told, Sequence):
            reader.fault(told.place, f"{verb.value} names one {what}; write a rule for each.")
            return None
        name = reader.known(told, what, names)
        because = reader.text(fields.get("because"), "because")
        if not name:
            return None
        return Then(
            verb, name, because,
            Certainty(certainty) if verb is Verb.CONCLUDE else None,
            URGENCIES[urgency] if verb is Verb.ADVISE else None,
            scope is not None,
            within=self.within(fields.get("within")) if verb is Verb.ADVISE else "",
        )  # fmt: skip

    def within(self, node: Node | None) -> str:
        """Read the step table that says how soon an advice is due."""
        name = self.reader.known(node, "step table", self.tables)
        unit = self.tables[name].unit if name else ""
        if node is not None and name and (not unit or parse_unit(unit).dimension != parse_unit("d").dimension):
            message = f"{name} gives {unit or 'words'}, not a time; name a table whose unit is one, such as d or wk."
            self.reader.fault(node.place, message)
            return ""
        return name

    def doubt(self, fields: Mapping) -> Then | None:
        """Read an effect on results: ``set aside``, ``reads high``, ``reads low``."""
        reader, measures = self.reader, self.vocabulary.measures
        doubts: list[Doubt] = []
        reported = [name for name, measure in measures.items() if measure.kind is MeasureKind.LABORATORY]
        for key, value in fields:
            if key.text in set(Effect):
                names = (reader.known(item, "reported measure", reported) for item in reader.items(value, key.text))
                doubts += [Doubt(Effect(key.text), name) for name in names if name]
            elif key.text != "because":
                words = ", ".join(Effect)
                reader.fault(
                    key.place, f"{key.text!r} does not go with a doubt about results, which has only {words}, because."
                )
        measured = [doubt.measure for doubt in doubts]
        for name in dict.fromkeys(name for name in measured if measured.count(name) > 1):
            reader.fault(fields.place, f"{name} is doubted twice; a result is set aside, reads high, or reads low.")
        because = reader.text(fields.get("because"), "because")
        return Then(Verb.DOUBT, "", because, doubts=tuple(doubts)) if doubts else None

    def placeholders(self, node: Node, then: Then, when: Group) -> None:
        """Refuse a placeholder that may be unknown when the rule fires."""
        always = surely_known(when)
        for match in PLACEHOLDER.finditer(then.because):
            word, name = placeholder(match[1])
            if word is not None and name in always:
                self.compared(node, when, word, name)
            elif name not in always:
                known = f" Known there: {', '.join(sorted(always))}." if always else ""
                near = get_close_matches(name.strip(), sorted(always), 1, 0.8)
                self.reader.fault(
                    at(node, "because"),
                    f"{{{name}}} is not known. Did you mean {{{near[0]}}}?"
                    if near
                    else f"{{{name}}} need not be known when the rule fires; "
                    f"it must stand in 'all', or in every branch of 'any'.{known}",
                )
        if "{" in PLACEHOLDER.sub("", then.because) or "}" in PLACEHOLDER.sub("", then.because):
            self.reader.fault(node.place, "because has an unpaired brace; placeholders are written {name}.")

    def compared(self, node: Node, when: Group, word: Word, name: str) -> None:
        """Refuse a comparison in a reason that no condition makes."""
        asked = {one.word for one in when.conditions() if isinstance(one, Comparison) and one.threshold == name}
        if asked != {word}:
            says = " and ".join(one.value for one in asked)
            message = f"{{{word.value} {name}}} is not what the rule asks; " + (
                f"its condition says {says}." if asked else f"{name} is no limit: write {{{name}}}."
            )
            self.reader.fault(at(node, "because"), message)
