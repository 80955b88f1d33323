"""
Reading ``*.cases.yaml``: quantities as people write them, expectations by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.cases import GENERATED, Case
from service.domain.errors import PanelError
from service.domain.intake import take_in
from service.domain.language.expectations import ExpectationReader
from service.domain.language.patients import PatientReader
from service.domain.nodes import Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingOf

    from service.domain.given import GivenPanel
    from service.domain.language.reader import Reader
    from service.domain.nodes import Node
    from service.domain.release import Release

DEFAULT_PROFILE = "default"


class CaseReader:
    """
    Reads the cases beside the rules of a release.

    Args:
        reader: Keeps faults.

        release: The release.

        ids: By file, the id of every rule there is.

        unused: By id, the status of every rule that is not in use.

    Attributes:
        takes_in: Whether each patient is taken in as the service would, so that every fault is told at once.
    """

    takes_in = True

    def __init__(
        self,
        reader: Reader,
        release: Release,
        ids: MappingOf[str, str] | None = None,
        unused: MappingOf[str, str] | None = None,
    ) -> None:
        self.reader, self.release, self.ids, self.unused = reader, release, ids or {}, unused or {}
        self.expectations = ExpectationReader(reader, release, self.ids, self.unused)

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
        rule = self.expectations.rule(named)
        cases = []
        for item in self.reader.items(fields.get("cases"), "cases"):
            case = self.case(rule, item)
            if case is not None:
                cases.append(case)
        names = [case.name for case in cases]
        for case in cases:
            if names.count(case.name) > 1:
                self.reader.fault(fields.place, f"two cases are called {case.name!r}; give each a name of its own.")
        return tuple(cases)

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
            reader.fault(
                node.place,
                f"a case without a profile is read in {profile!r}, which is not among {known}; "
                "add profile: and one of these.",
            )
            return None
        return Case(
            rule,
            reader.text(fields.get("name"), "name"),
            basis,
            profile,
            self.given(fields.get("given"), profile),
            self.expectations.read(fields.get("expect")),
            node.place.file,
            node.place.line,
        )

    def given(self, node: Node | None, profile: str) -> GivenPanel:
        """Read a patient, and refuse what the service would refuse of a panel: a wrong unit, an unknown word."""
        before = len(self.reader.problems)
        # Of what was given wrongly nothing was read, so the rest is taken in all the same.
        patients = PatientReader(self.reader, self.release.vocabulary)
        panel = patients.panel(node)
        if self.takes_in and node is not None:
            told = {(one.line, one.column) for one in self.reader.problems[before:]}
            try:
                take_in(self.release, self.release.profiles[profile], panel)
            except PanelError as error:
                for fault in error.faults:
                    place = patients.place_of(fault.pointer)
                    if (place.line, place.column) not in told:
                        self.reader.fault(place, fault.detail, authors=True)
        return panel

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
