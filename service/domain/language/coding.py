"""
Reading the rows that stand with conclusions and findings: codes, and texts for patients.

Nothing reads what is written here but the rendering of an answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.domain.coding import ALWAYS_APPLIES, Code, PatientText, When
from service.domain.language.words import READ_LEVELS
from service.domain.nodes import Mapping, Scalar, Sequence
from service.domain.scales import State

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Mapping as MappingOf

    from service.domain.language.reader import Reader
    from service.domain.nodes import Node
    from service.domain.vocabulary import Attribute

CODE_SYSTEMS = {"icd-10-cm": "http://hl7.org/fhir/sid/icd-10-cm"}
"""Systems whose codes may be written; SNOMED CT is licensed, and does not ship with knowledge that anyone may copy."""
CODE_LEVELS = tuple(level for level in READ_LEVELS if level != "computed")
UNSAID = "memory"
"""How far a code was read that does not say so: nobody has looked it up, and the answer tells that."""
ROW = ("when", "beside")
_FORM = {"icd-10-cm": re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?\Z")}


class CodeReader:
    """
    Reads rows of codes and of texts for patients.

    Args:
        reader: Keeps faults.

        attributes: That rows may ask about.

        findings: Names of findings that rows may ask about.

        others: Other names of the vocabulary, which they may not.
    """

    def __init__(
        self,
        reader: Reader,
        attributes: MappingOf[str, Attribute],
        findings: Collection[str],
        others: Collection[str],
    ) -> None:
        self.reader, self.attributes, self.findings, self.others = reader, attributes, findings, others

    def codes(self, node: Node | None) -> tuple[Code, ...]:
        """Read ``codes``; a row may give the codes of several systems."""
        reader = self.reader
        found = []
        for item in reader.items(node, "codes"):
            fields = reader.mapping(item, "a code", (), (*CODE_SYSTEMS, *ROW, "read"))
            if fields is None:
                continue
            given = [(key, value) for key, value in fields if key.text in CODE_SYSTEMS]
            if not given and all(key.text in {*ROW, "read"} for key, _ in fields):
                reader.fault(fields.place, f"a row of codes names no code; add one of {', '.join(CODE_SYSTEMS)}.")
            when = self.when(fields)
            read = reader.one_of(fields.get("read"), "level of reading", CODE_LEVELS, UNSAID)
            for key, value in given:
                text = reader.text(value, "code")
                if text and not _FORM[key.text].match(text):
                    message = (
                        f"{text!r} is no code of {key.text}: a capital, a digit, a digit or capital, "
                        "then perhaps a point and up to four more."
                    )
                    reader.fault(value.place, message, authors=True)
                found.append(Code(CODE_SYSTEMS[key.text], text, read, when))
        return tuple(found)

    def texts(self, node: Node | None) -> tuple[PatientText, ...]:
        """Read ``for patients``: one text, or rows of them."""
        reader = self.reader
        if not isinstance(node, Sequence | Mapping):
            text = reader.text(node, "for patients")
            return (PatientText(text),) if text else ()
        rows = [reader.mapping(item, "a text for patients", ("text",), ROW) for item in reader.items(node, "rows")]
        return tuple(
            PatientText(reader.text(row.get("text"), "text"), self.when(row)) for row in rows if row is not None
        )

    def when(self, row: Mapping) -> When:
        """Read what must surely hold for a row to apply, and whether it applies beside others."""
        reader = self.reader
        beside = reader.one_of(row.get("beside"), "word for beside", ("true",)) == "true"
        node = row.get("when")
        if node is None:
            return When(beside=True) if beside else ALWAYS_APPLIES
        attributes: dict[str, frozenset[str]] = {}
        findings: dict[str, State] = {}
        fields = reader.mapping(node, "when of a row")
        if fields is not None and not fields.entries:
            reader.fault(fields.place, "when is empty; name what must hold, or leave it out.")
        for key, value in fields or ():
            if key.text in self.attributes:
                known, text = self.attributes[key.text], reader.text(value, key.text)
                meaning = known.meaning(text)
                if text and meaning is None:
                    accepted = ", ".join((*known.values, *known.groups))
                    reader.fault(value.place, f"{text!r} is not a value of {key.text}. Accepted: {accepted}.")
                attributes[key.text] = meaning or frozenset()
            elif key.text in self.findings:
                findings[key.text] = State(reader.one_of(value, "state of a finding", ("present", "absent")))
            elif key.text in self.others:
                message = f"{key.text!r} is neither an attribute nor a finding; a row asks about nothing else."
                reader.fault(key.place, message)
            else:
                hint = reader.nearest(key.text, (*self.attributes, *self.findings))
                reader.fault(key.place, f"{key.text!r} is not in the vocabulary. {hint}")
        words = {key.text: value.text.strip() for key, value in fields or () if isinstance(value, Scalar)}
        return When(attributes, findings, words, beside)
