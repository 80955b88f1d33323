"""
Checks over a whole rule set: what no single file can tell.

Rows that overlap or leave a patient without an answer, formulas whose units do
not fit, findings in a circle, sources that are not listed, rules that no
profile has: each is refused where it stands.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from service.domain.attributes import worlds
from service.domain.derivations import IN_LIFE, DaysSince
from service.domain.intervals import Interval
from service.domain.language.authoring import check_authoring
from service.domain.language.circles import check_circles
from service.domain.language.computed import check_computed
from service.domain.language.places import at
from service.domain.language.safety import check_safety
from service.domain.language.words import READ_LEVELS
from service.domain.nodes import Mapping, Sequence
from service.domain.quantities import QuantityError, interval_text, parse_quantity
from service.domain.rules import AttributeTest, Comparison, DoubtTest, Verb
from service.domain.standing import row_allows
from service.domain.thresholds import Word
from service.domain.vocabulary import Assumable, Attribute, MeasureKind, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.domain.language.reader import Reader
    from service.domain.language.tree import Tree
    from service.domain.nodes import Node, Place
    from service.domain.release import Release
    from service.domain.rules import Rule
    from service.domain.thresholds import Choice, Citation, Row, Threshold
    from service.domain.vocabulary import Measure

__all__ = ["READ_LEVELS", "check_release"]


def check_release(reader: Reader, release: Release, tree: Tree) -> None:
    """
    Check what holds between files.

    Args:
        reader: Keeps faults.

        release: The release as read.

        tree: Its files, for places.
    """
    checks = _Checks(reader, release, tree)
    check_computed(reader, release, tree)
    checks.attributes()
    checks.citations()
    check_circles(reader, release, tree)
    checks.scope()
    checks.rows()
    checks.rules()
    checks.profiles()
    if reader.authoring:
        check_authoring(reader, release, tree)
        check_safety(reader, release, tree)


class _Checks:
    def __init__(self, reader: Reader, release: Release, tree: Tree) -> None:
        self.reader, self.release, self.tree = reader, release, tree

    def attributes(self) -> None:
        vocabulary = self.release.vocabulary
        for name, attribute in vocabulary.attributes.items():
            place = at(self.tree.vocabulary, "attributes", name)
            for group, meant in attribute.groups.items():
                strange = [value for value in meant if value not in attribute.values]
                if strange:
                    hint = self.reader.nearest(strange[0], attribute.values)
                    message = f"the group {group} holds {strange[0]!r}, which is not a value of {name}. {hint}"
                    self.reader.fault(place, message)
            self.domain(place, attribute)
            if attribute.decided_by is not None:
                table = self.release.numbers.tables.get(attribute.decided_by)
                if table is None or table.gives != name:
                    given = f"{attribute.decided_by!r}"
                    message = f"{name} is decided by {given}, which is not a table that gives {name}."
                    self.reader.fault(place, message)
        self.codes()

    def domain(self, place: Place, attribute: Attribute) -> None:
        name, attributes = attribute.name, self.release.vocabulary.attributes
        for other, values in attribute.applies_to.items():
            known = attributes.get(other)
            if known is None or not values <= set(known.values):
                given = f"{other}: {' or '.join(sorted(values))}"
                self.reader.fault(place, f"{name} applies to {given}, which is not an attribute with such values.")
        if (attribute.applies_to or attribute.applies_age) and attribute.otherwise is None:
            message = f"{name} has 'applies to', and no 'otherwise' that says what holds of everybody else."
            self.reader.fault(place, message)
        if attribute.otherwise is not None and attribute.otherwise not in attribute.values:
            hint = self.reader.nearest(attribute.otherwise, attribute.values)
            self.reader.fault(place, f"{attribute.otherwise!r} is not a value of {name}. {hint}")

    def codes(self) -> None:
        by_code: dict[str, str] = {}
        for name, measure in self.release.vocabulary.measures.items():
            for code in measure.loinc:
                if code in by_code:
                    self.reader.fault(
                        at(self.tree.vocabulary, "measures", name, "loinc"),
                        f"LOINC {code} already stands for {by_code[code]}.",
                    )
                by_code[code] = name

    def citations(self) -> None:
        for section, key, choice, cites in self._citations():
            if cites.source and cites.source not in self.release.sources:
                place = at(self.tree.thresholds, section, key, "choices", choice)
                hint = self.reader.nearest(cites.source, self.release.sources)
                self.reader.fault(place, f"{cites.source!r} is not a known source. {hint}")

    def _citations(self) -> Iterator[tuple[str, str, str, Citation]]:
        numbers = self.release.numbers
        for threshold in numbers.thresholds.values():
            for choice in threshold.choices.values():
                for cites in {choice.cites, *(row.cites for row in choice.rows)}:
                    yield "thresholds", threshold.name, choice.name, cites
        for table in numbers.tables.values():
            for filled in table.choices.values():
                yield "tables", table.name, filled.name, filled.cites
        for constant in numbers.constants.values():
            for value in constant.choices.values():
                yield "constants", constant.name, value.name, value.cites

    # -- scope and rows --------------------------------------------------

    def scope(self) -> None:
        for condition in self.release.ruleset.scope.conditions():
            plain_limit = isinstance(condition, Comparison) and not self.release.key_findings(condition.threshold)
            if not (plain_limit or isinstance(condition, AttributeTest)):
                self.reader.fault(
                    at(self.tree.ruleset, "scope"),
                    f"{condition.text!r}: the scope may ask about attributes and patient quantities only.",
                )

    def rows(self) -> None:
        for threshold in self.release.numbers.thresholds.values():
            for choice in threshold.choices.values():
                place = at(self.tree.thresholds, "thresholds", threshold.name, "choices", choice.name)
                self.tile(place, choice)
                self.limits(threshold, choice)

    def limits(self, threshold: Threshold, choice: Choice) -> None:
        """Refuse a limit that no value can reach; limits are in the unit in which the measure is kept."""
        measures = self.release.vocabulary.measures
        found = ((measures[name], _possible(measures[name])) for name in (choice.compares, threshold.of))
        measure, possible = next(((one, within) for one, within in found if within), (None, None))
        if measure is None or possible is None:
            return
        node: Node | None = self.tree.thresholds
        for key in ("thresholds", threshold.name, "choices", choice.name, "rows"):
            node = node.get(key) if isinstance(node, Mapping) else None
        own = node.items if isinstance(node, Sequence) else (node,) if node is not None else ()
        # The rows of a choice that this one extends stand before its own.
        for row, written in zip(choice.rows[len(choice.rows) - len(own) :], own, strict=True):
            if row.limit is not None and not Interval.exactly(row.limit).meets(possible):
                word = next(word for word in Word if isinstance(written, Mapping) and written.get(word))
                self.reader.fault(
                    at(written, word),
                    f"{word} {interval_text(Interval.exactly(row.limit), measure.unit)} cannot be: "
                    f"{measure.name} is possible within {interval_text(possible, measure.unit)}.",
                    authors=True,
                )

    def tile(self, place: Place, choice: Choice) -> None:
        """
        Refuse rows that overlap, or that leave a patient without one.

        Patients outside the scope count as well: they are evaluated, and who may be one of them must
        not be judged by the rows of the others alone.
        """
        vocabulary = self.release.vocabulary
        every = {name: frozenset(attribute.values) for name, attribute in vocabulary.attributes.items()}
        states: tuple[State | None, ...] = (State.PRESENT, State.ABSENT) if choice.keyed_by else (None,)
        cuts = {end.value for row in choice.rows for end in (row.age.low, row.age.high) if end.value is not None}
        for world, domain_ages in worlds(vocabulary, every, choice.key_attributes):
            ends = (
                {end.value for end in (domain_ages.low, domain_ages.high) if end.value is not None}
                if domain_ages
                else set()
            )
            edges: list[Fraction | None] = [*sorted({Fraction(0), *(c for c in cuts | ends if c > 0)}), None]
            for start, end in pairwise(edges):
                age = Interval.of(start, end, high_open=True)
                if domain_ages is not None and not age.meets(domain_ages):
                    continue
                for state in states:
                    fitting = [
                        row
                        for row in choice.rows
                        if row_allows(row, world, domain_ages, age) and (row.finding is None or row.finding[1] is state)
                    ]
                    if len(fitting) != 1:
                        self.untiled(place, choice, world, age, state, fitting)
                        return

    def untiled(
        self,
        place: Place,
        choice: Choice,
        world: dict[str, str],
        age: Interval,
        state: State | None,
        rows: list[Row],
    ) -> None:
        end = "" if age.high.value is None else f" to {_age(age.high.value)}"
        who = ", ".join(
            (
                *(world.values() or ("everyone",)),
                f"from {_age(age.low.value or Fraction(0))}{end}",
                *((f"{choice.keyed_by} {state.value}",) if state else ()),
            )
        )
        if rows:
            both = " and ".join(f"({row.text})" for row in rows)
            self.reader.fault(place, f"the choice {choice.name}: rows overlap for {who}: {both}.")
        else:
            self.reader.fault(
                place,
                f"the choice {choice.name}: no row for {who}; add one, or write no limit: <why>.",
            )

    # -- rules and profiles ----------------------------------------------

    def rules(self) -> None:
        places = {node.place.file: node for node in self.tree.rules}
        for rule in self.release.rules.values():
            node = places.get(rule.file)
            strange = [name for name in rule.profiles if name not in self.release.profiles]
            if strange:
                self.reader.fault(
                    at(node, "profiles"),
                    f"{strange[0]!r} is not a profile. {self.reader.nearest(strange[0], self.release.profiles)}",
                )
            if rule.then.verb is Verb.DOUBT:
                self.doubt(rule, node)
            self.doubts_read(rule, node)
        for name, finding in self.release.vocabulary.findings.items():
            if finding.closes:
                self.closing(name)

    def closing(self, finding: str) -> None:
        """Refuse a finding that would be absent although no rule asks about it."""
        establishing = [rule for rule in self.release.giving.get(finding, ()) if rule.then.verb is Verb.ESTABLISH]
        place = at(self.tree.vocabulary, "findings", finding)
        if not establishing:
            message = f"{finding} is otherwise absent, but no rule in use establishes it."
            self.reader.fault(place, message, authors=True)
            return
        for profile in self.release.profiles:
            if not any(profile in rule.profiles or not rule.profiles for rule in establishing):
                # Unsafe to run: there it would be absent without having been looked at.
                message = f"{finding} is otherwise absent, but no rule of the profile {profile} establishes it."
                self.reader.fault(place, message)

    def doubt(self, rule: Rule, node: Node | None) -> None:
        """Refuse a rule about results that sees more than the panel as received."""
        findings = self.release.vocabulary.findings
        for name in sorted(self.release.findings_read(rule.when)):
            if not findings[name].observed:
                self.reader.fault(
                    at(node, "when"),
                    f"{rule.id} is about results and sees the panel as received only; {name} is derived by rules.",
                )

    def doubts_read(self, rule: Rule, node: Node | None) -> None:
        """Refuse to read of a rule that it fired, unless it is one about results."""
        doubts = {one.id for one in self.release.doubts}
        for condition in rule.when.conditions():
            if isinstance(condition, DoubtTest) and condition.rule not in doubts:
                message = (
                    f"{condition.text!r}: no rule in use of that id sets results aside, or reads them high or low."
                )
                self.reader.fault(at(node, "when"), message)

    def profiles(self) -> None:
        vocabulary = self.release.vocabulary
        places = {plain_id: node for node in self.tree.profiles if (plain_id := _id_of(node))}
        for name, profile in self.release.profiles.items():
            for assumed, text in profile.assume.items():
                thing = vocabulary.measures.get(assumed) or vocabulary.attributes.get(assumed)
                if thing is None or thing.assumable is not Assumable.PROFILE:
                    allowed = vocabulary.assumable(Assumable.PROFILE)
                    self.reader.fault(
                        at(places.get(name), "assume"),
                        f"{assumed} may not be assumed by a profile; {', '.join(allowed) or 'nothing'} may.",
                    )
                elif not _can_be(thing, text):
                    accepted = _accepted(thing)
                    message = f"{text!r} is not a value of {assumed}; write {accepted}."
                    self.reader.fault(at(places.get(name), "assume", assumed), message)
        for measure in vocabulary.measures.values():
            if measure.assumable is not Assumable.NEVER and measure.kind is not MeasureKind.PATIENT:
                self.reader.fault(
                    at(self.tree.vocabulary, "measures", measure.name),
                    f"{measure.name} is a result; a result may never be assumed.",
                )


def _possible(measure: Measure) -> Interval | None:
    """Return the values that a limit of a measure may have; what never happened is longer ago than all of them."""
    return IN_LIFE if measure.possible is None and isinstance(measure.derivation, DaysSince) else measure.possible


def _age(months: Fraction) -> str:
    return f"{months} mo" if months % 12 else f"{months // 12} a"


def _can_be(thing: Measure | Attribute, text: str) -> bool:
    """Return whether a text is a value that a measure or an attribute may have."""
    if isinstance(thing, Attribute):
        return thing.meaning(text) is not None
    try:
        quantity = parse_quantity(text)
    except QuantityError:
        return False
    factor = thing.factor(quantity.unit)
    return factor is not None and (thing.possible is None or quantity.interval.scaled(factor).meets(thing.possible))


def _accepted(thing: Measure | Attribute) -> str:
    if isinstance(thing, Attribute):
        return f"one of {', '.join((*thing.values, *thing.groups))}"
    within = f" within {interval_text(thing.possible, thing.unit)}" if thing.possible is not None else ""
    return f"a number and one of {', '.join(thing.accepted_units)}{within}"


def _id_of(node: Node) -> str:
    value = node.get("id") if isinstance(node, Mapping) else None
    return getattr(value, "text", "")
