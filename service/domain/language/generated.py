"""
Reading ``generated/*.cases.yaml``: cases that expect what the program answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.cases import GENERATED
from service.domain.language.cases import CaseReader

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingOf

    from service.domain.cases import Case
    from service.domain.nodes import Node


class GeneratedReader(CaseReader):
    """Reads the generated cases of a release; they have no source, and say so."""

    # Each was taken in when it was made, and there are thousands.
    takes_in = False

    def file(self, node: Node) -> tuple[Case, ...]:
        """
        Read one file of generated cases.

        Args:
            node: Its root.

        Returns:
            The cases that have no fault.
        """
        fields = self.reader.mapping(node, "the generated file", ("rule",), ("cases", "not reached"), ordered=True)
        if fields is None:
            return ()
        rule = self.reader.known(fields.get("rule"), "rule in use", self.release.rules)
        self.reader.texts(fields.get("not reached"), "not reached")
        read = (self.case(rule, item) for item in self.reader.items(fields.get("cases"), "cases"))
        return tuple(case for case in read if case is not None)

    def basis(self, node: Node | None) -> MappingOf[str, str]:
        """Read the words that say that nobody has confirmed a case."""
        self.reader.one_of(node, "basis of a generated case", (GENERATED,))
        return {}
