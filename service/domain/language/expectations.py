"""
Reading what a case expects: states, certainties, next steps, rules, each by its declared name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.cases import Advised, Expectation
from service.domain.language.fields import EXPECT
from service.domain.language.rules import URGENCIES
from service.domain.language.words import duration_in_days
from service.domain.nodes import Mapping, Scalar
from service.domain.panel import ISSUES
from service.domain.scales import Certainty, State

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Mapping as MappingOf

    from service.domain.language.reader import Reader
    from service.domain.nodes import Node
    from service.domain.release import Release

STATUSES = ("concluded", "more-data-needed", "inconclusive", "not-applicable")


class ExpectationReader:
    """
    Reads what cases expect of a release.

    Args:
        reader: Keeps faults.

        release: The release.

        ids: By file, the id of every rule there is.

        unused: By id, the status of every rule that is not in use.
    """

    def __init__(self, reader: Reader, release: Release, ids: MappingOf[str, str], unused: MappingOf[str, str]) -> None:
        self.reader, self.release, self.ids, self.unused = reader, release, ids, unused

    def read(self, node: Node | None) -> Expectation:
        """Read what a case expects; it must expect something, or it would hold whatever is answered."""
        before = len(self.reader.problems)
        expected = self._expectation(node)
        if node is not None and expected == Expectation() and len(self.reader.problems) == before:
            message = "The case expects nothing, so it can never fail; write what must come out: fired: [ABC-010]."
            self.reader.fault(node.place, message, authors=True)
        return expected

    def _expectation(self, node: Node | None) -> Expectation:
        reader, vocabulary = self.reader, self.release.vocabulary
        fields = reader.mapping(node, "expect", (), tuple(EXPECT))
        if fields is None or not fields.entries:
            return Expectation()
        derived = {name: finding for name, finding in vocabulary.findings.items() if not finding.observed}
        return Expectation(
            reader.one_of(fields.get("status"), "status", STATUSES),
            {n: State(w) for n, w in self.pairs(fields, "findings", "derived finding", derived, tuple(State)).items()},
            {
                n: Certainty(w)
                for n, w in self.pairs(
                    fields, "conclusions", "conclusion", vocabulary.conclusions, tuple(Certainty)
                ).items()
            },
            self.names(fields, "not concluded", "conclusion", vocabulary.conclusions),
            self.advice(fields.get("advice")),
            self.names(fields, "not advised", "advice", vocabulary.advice),
            tuple(self.rule(item) for item in reader.items(fields.get("fired"), "fired")),
            tuple(self.rule(item) for item in reader.items(fields.get("not fired"), "not fired")),
            self.missing(fields),
            self.pairs(
                fields,
                "quality",
                "measure or attribute",
                (*vocabulary.measures, *vocabulary.attributes),
                ISSUES,
            ),
        )

    def advice(self, node: Node | None) -> MappingOf[str, Advised]:
        """Read next steps: their names, or each with its urgency and within which time it is due."""
        known = self.release.vocabulary.advice
        if not isinstance(node, Mapping):
            return {self.reader.known(item, "advice", known): Advised() for item in self.reader.items(node, "advice")}
        found: dict[str, Advised] = {}
        for name, value in node:
            advised = self.advised(value)
            if self.reader.known(name, "advice", known):
                found[name.text] = advised
        return found

    def advised(self, node: Node) -> Advised:
        """Read the urgency and the time of a next step."""
        if not isinstance(node, Mapping):
            given = node.text.strip() if isinstance(node, Scalar) else ""
            message = f"Write {{urgency: {given if given in URGENCIES else 'soon'}}}, {{within: 30 d}}, or both."
            self.reader.fault(node.place, message)
            return Advised()
        fields = self.reader.mapping(node, "an expected advice", (), ("urgency", "within"))
        urgency = self.reader.one_of(fields.get("urgency"), "urgency", tuple(URGENCIES)) if fields else ""
        within = fields.get("within") if fields else None
        days = duration_in_days(self.reader, within)
        return Advised(urgency, days, within.text if isinstance(within, Scalar) and days is not None else "")

    def names(self, fields: Mapping, key: str, what: str, known: Collection[str]) -> tuple[str, ...]:
        """Read a list of declared names."""
        return tuple(self.reader.known(item, what, known) for item in self.reader.items(fields.get(key), key))

    def pairs(
        self, fields: Mapping, key: str, what: str, known: Collection[str], words: Collection[str]
    ) -> MappingOf[str, str]:
        """Read declared names, each with a word."""
        found: dict[str, str] = {}
        for name, value in self.reader.mapping(fields.get(key), key) or ():
            if name.text not in known:
                self.reader.fault(
                    name.place,
                    f"{name.text!r} is not a known {what}. {self.reader.nearest(name.text, known)}",
                )
                continue
            found[name.text] = self.reader.one_of(value, f"expectation of a {what}", words)
        return found

    def missing(self, fields: Mapping) -> MappingOf[str, tuple[str, ...]]:
        """Read undecided rules with what is missing."""
        vocabulary = self.release.vocabulary
        inputs = (*vocabulary.measures, *vocabulary.attributes, *vocabulary.findings, *vocabulary.events)
        found: dict[str, tuple[str, ...]] = {}
        for name, value in self.reader.mapping(fields.get("undecided"), "undecided") or ():
            if self.is_unused(name):
                continue
            if name.text not in self.release.rules:
                self.reader.fault(
                    name.place,
                    f"{name.text!r} is not a known rule in use. {self.reader.nearest(name.text, self.release.rules)}",
                )
                continue
            if isinstance(value, Scalar) and not value.text:
                message = f"Write what {name.text} waits for, {name.text}: [a name], or {name.text}: [] for nothing."
                self.reader.fault(name.place, message)
                continue
            empty = not isinstance(value, Scalar) and not getattr(value, "items", ())
            items = () if empty else self.reader.items(value, name.text)
            found[name.text] = tuple(self.reader.known(item, "input", inputs) for item in items)
        return found

    def rule(self, node: Node | None) -> str:
        """Read the name of a rule in use."""
        if isinstance(node, Scalar) and self.is_unused(node):
            return ""
        return self.reader.known(node, "rule in use", self.release.rules)

    def is_unused(self, name: Scalar) -> bool:
        """Refuse the name of a rule that is there and not in use, or has another id now; return whether it was one."""
        status = self.unused.get(name.text)
        if status is not None:
            self.reader.fault(name.place, f"{name.text} is {status}; a case names rules in use.")
            return True
        if name.text in self.release.rules:
            return False
        for file, rule in self.ids.items():
            if file.rpartition("/")[2].startswith(f"{name.text.lower()}-"):
                self.reader.fault(name.place, f"{name.text!r} is no rule; the rule in {file} is {rule}.")
                return True
        return False
