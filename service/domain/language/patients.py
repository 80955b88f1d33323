"""
Reading the patient of a case: quantities as people write them, results with their range, findings.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.domain.given import GivenEvent, GivenFinding, GivenPanel, GivenResult
from service.domain.laboratory import Flag, GivenReference
from service.domain.language.times import AS_OF, HAPPENED, event_time, sample_time
from service.domain.measures import MeasureKind
from service.domain.nodes import Mapping, Scalar
from service.domain.quantities import QuantityError, parse_quantity
from service.domain.scales import State

if TYPE_CHECKING:
    from service.domain.language.reader import Reader
    from service.domain.nodes import Node, Place
    from service.domain.quantities import Quantity
    from service.domain.vocabulary import Vocabulary

RESULT = ("value", "laboratory", "flag")
"""The keys of a result that is written with what the laboratory says beside it."""


class PatientReader:
    """
    Reads what is given of a patient.

    Args:
        reader: Keeps faults.

        vocabulary: For the names that may be given.
    """

    def __init__(self, reader: Reader, vocabulary: Vocabulary) -> None:
        self.reader, self.vocabulary = reader, vocabulary
        self._places: dict[str, Place] = {}

    def place_of(self, pointer: str) -> Place:
        """Return where in the file it stands, of the patient read last, what a fault of intake points to."""
        while pointer and pointer not in self._places:
            pointer = pointer.rpartition("/")[0]
        return self._places[pointer]

    def panel(self, node: Node | None) -> GivenPanel:
        """Read a patient: attributes, quantities, results, events and findings under their names."""
        reader, vocabulary = self.reader, self.vocabulary
        attributes: dict[str, tuple[str, str]] = {}
        quantities: dict[str, tuple[Quantity, str]] = {}
        results: list[GivenResult] = []
        findings: list[GivenFinding] = []
        events: list[GivenEvent] = []
        complete: list[tuple[str, str]] = []
        self._places = {"": node.place} if node is not None else {}
        for key, value in reader.mapping(node, "given") or ():
            name, pointer = key.text, f"/given/{key.text}"
            # A name that should not stand there at all is told at the name, what is wrong with a value at the value.
            self._places |= {pointer: value.place, f"{pointer}/finding": key.place, f"{pointer}/measure": key.place}
            if name in vocabulary.attributes:
                attributes[name] = (reader.text(value, name), pointer)
            elif name in vocabulary.measures and vocabulary.measures[name].kind is MeasureKind.PATIENT:
                for quantity in filter(None, [self.quantity(item) for item in reader.items(value, name)]):
                    quantities[name] = (quantity, pointer)
            elif name in vocabulary.measures:
                items = reader.items(value, name)
                self._places |= {f"{pointer}/{number}": item.place for number, item in enumerate(items)}
                read = [self.result(item, name, f"{pointer}/{number}") for number, item in enumerate(items)]
                results += [one for one in read if one is not None]
            elif name in vocabulary.events:
                if reader.text(value, name) and isinstance(value, Scalar):
                    events.append(GivenEvent(name, pointer, event_time(reader, value), value.text.strip() == HAPPENED))
            elif name in vocabulary.findings:
                state = State(reader.one_of(value, "state", ("present", "absent")))
                findings.append(GivenFinding(name, state, pointer))
            elif name == "complete":
                complete = [(group, pointer) for group in reader.texts(value, "complete")]
            else:
                words = (vocabulary.attributes, vocabulary.measures, vocabulary.findings, vocabulary.events)
                known = (*(one for names in words for one in names), "complete")
                reader.fault(key.place, f"{name!r} is not in the vocabulary. {reader.nearest(name, known)}")
        named = tuple(replace(one, id=f"r{place}") for place, one in enumerate(results, 1))
        return GivenPanel(
            AS_OF, attributes, quantities, None, named, tuple(findings), tuple(complete), events=tuple(events)
        )

    def result(self, node: Node, measure: str, pointer: str) -> GivenResult | None:
        """Read one result: a quantity, or a value with the laboratory's range, its flag, or both."""
        if not isinstance(node, Mapping):
            return self.timed(node, measure, pointer)
        fields = self.reader.mapping(node, "a result", RESULT[:1], RESULT[1:])
        value = fields.get("value") if fields else None
        read = self.timed(value, measure, pointer) if value is not None else None
        if fields is None or read is None:
            return None
        flag = self.reader.one_of(fields.get("flag"), "flag", tuple(Flag))
        reference = self.reference(fields.get("laboratory"), read.quantity, pointer)
        return replace(read, reference=reference, flag=Flag(flag) if flag else None)

    def timed(self, node: Node, measure: str, pointer: str) -> GivenResult | None:
        """Read a quantity, and when it was measured where it says so."""
        text, time = sample_time(self.reader, node) if isinstance(node, Scalar) else ("", None)
        quantity = self.quantity(Scalar(text, node.place) if isinstance(node, Scalar) else node)
        return None if quantity is None else GivenResult("", pointer, quantity, measure=measure, time=time)

    def reference(self, node: Node | None, of: Quantity, pointer: str) -> GivenReference | None:
        """Read a laboratory's range, in the unit of its value: ``12.0 to 16.0 g/dL``, ``>=12 g/dL``, ``<=5 mg/L``."""
        given = self.quantity(node) if node is not None else None
        if node is None or given is None:
            return None
        if not (given.text.startswith((">=", "<=")) or " to " in given.text):
            message = f"{given.text!r} is not a range; write 12.0 to 16.0 g/dL, >=12.0 g/dL or <=5 mg/L."
            self.reader.fault(node.place, message)
            return None
        if given.unit not in {"", of.unit}:
            message = f"The range is in {given.unit}, its value in {of.unit}; write both in one unit."
            self.reader.fault(node.place, message)
            return None
        # What is printed as at most 5 has no lower limit, though no value lies under zero.
        low = None if given.text.startswith("<=") else given.interval.low.value
        return GivenReference(low, given.interval.high.value, pointer)

    def quantity(self, node: Node) -> Quantity | None:
        """Read one quantity."""
        if not isinstance(node, Scalar):
            self.reader.fault(node.place, "A quantity is one text, such as 9.8 g/dL.")
            return None
        try:
            return parse_quantity(node.text)
        except QuantityError as error:
            self.reader.fault(node.place, f"{error}.")
            return None
