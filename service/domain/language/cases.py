"""
Reading ``*.cases.yaml``: quantities as people write them, expectations by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.cases import GENERATED, Case, Expectation
from service.domain.language.patients import PatientReader
from service.domain.nodes import Mapping, Scalar
from service.domain.scales import Certainty, State

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Mapping as MappingOf

    from service.domain.language.reader import Reader
    from service.domain.nodes import Node
    from service.domain.release import Release

STATUSES = ("concluded", "more-data-needed", "inconclusive", "not-applicable")
DEFAULT_PROFILE = "default"


class CaseReader:
    """
    Reads the cases beside the rules of a release.

    Args:
        reader: Keeps faults.

        release: The release.

        ids: By file, the id of every rule there is.

        unused: By id, the status of every rule that is not in use.
    """

    def __init__(
        self,
        reader: Reader,
        release: Release,
        ids: MappingOf[str, str] | None = None,
        unused: MappingOf[str, str] | None = None,
    ) -> None:
        self.reader, self.release, self.ids, self.unused = reader, release, ids or {}, unused or {}

    def file(self, node: Node) -> tuple[Case, ...]:
        """
        Read one file of cases.

        Args:
            node: Its root.

        Returns:
            The cases that have no fault; none beside a rule that is not in use.
        """
        fields = self.reader.mapping(node, "the case file", ("rule", "cases"), ordered=True)
        if fields is None:
            return ()
        named = fields.get("rule")
        beside = self.ids.get(node.place.file.replace(".cases.yaml", ".yaml"))
        if isinstance(named, Scalar) and named.text in self.unused:
            return ()
        if isinstance(named, Scalar) and beside and named.text != beside:
            # One fault for all the cases, which speak of the rule by the same name.
            what = "has its cases beside it" if named.text in self.release.rules else "is no rule"
            self.reader.fault(named.place, f"{named.text!r} {what}; the rule in the file beside this is {beside}.")
            return ()
        rule = self.rule(named)
        cases = []
        for item in self.reader.items(fields.get("cases"), "cases"):
            case = self.case(rule, item)
            if case is not None:
                cases.append(case)
        names = [case.name for case in cases]
        for case in cases:
            if names.count(case.name) > 1:
                self.reader.fault(fields.place, f"two cases are called {case.name!r}.")
        return tuple(cases)

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

    def case(self, rule: str, node: Node) -> Case | None:
        """Read one case."""
        reader = self.reader
        fields = reader.mapping(node, "a case", ("name", "basis", "given", "expect"), ("profile",))
        if fields is None:
            return None
        basis = self.basis(fields.get("basis"))
        profile = reader.known(fields.get("profile"), "profile", self.release.profiles) or DEFAULT_PROFILE
        if profile not in self.release.profiles:
            known = ", ".join(self.release.profiles)
            reader.fault(node.place, f"a case without a profile is read in {profile!r}, which is not among {known}.")
            return None
        return Case(
            rule,
            reader.text(fields.get("name"), "name"),
            basis,
            profile,
            PatientReader(reader, self.release.vocabulary).panel(fields.get("given")),
            self.expect(fields.get("expect")),
            node.place.file,
            node.place.line,
        )

    def basis(self, node: Node | None) -> MappingOf[str, str]:
        """Read the source that a case rests on."""
        reader = self.reader
        if isinstance(node, Scalar) and node.text == GENERATED:
            reader.fault(
                node.place,
                "A case beside a rule rests on a source: say which and where. What is generated stands in generated/.",
            )
            return {}
        basis = reader.mapping(node, "basis", ("source", "where"), ("says",))
        reader.known(basis.get("source") if basis else None, "source", self.release.sources)
        return {key.text: reader.text(value, key.text) for key, value in basis or ()}

    # -- expect ----------------------------------------------------------

    def expect(self, node: Node | None) -> Expectation:
        """Read what a case expects."""
        reader, vocabulary = self.reader, self.release.vocabulary
        keys = (
            "status", "findings", "conclusions", "not concluded", "advice", "not advised", "fired", "not fired",
            "undecided", "quality",
        )  # fmt: skip
        fields = reader.mapping(node, "expect", (), keys)
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
            self.names(fields, "advice", "advice", vocabulary.advice),
            self.names(fields, "not advised", "advice", vocabulary.advice),
            tuple(self.rule(item) for item in reader.items(fields.get("fired"), "fired")),
            tuple(self.rule(item) for item in reader.items(fields.get("not fired"), "not fired")),
            self.missing(fields),
            self.pairs(
                fields,
                "quality",
                "measure or attribute",
                (*vocabulary.measures, *vocabulary.attributes),
                (),
            ),
        )

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
            found[name.text] = (
                self.reader.one_of(value, f"expectation of a {what}", words) if words else self.reader.text(value, what)
            )
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
            empty = not isinstance(value, Scalar) and not getattr(value, "items", ())
            items = () if empty else self.reader.items(value, name.text)
            found[name.text] = tuple(self.reader.known(item, "input", inputs) for item in items)
        return found
