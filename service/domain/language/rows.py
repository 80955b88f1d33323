"""
Reading the rows of a threshold: whom each is for, and its limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.language.words import band, citation
from service.domain.measures import AGE, MeasureKind
from service.domain.nodes import Scalar
from service.domain.scales import State
from service.domain.thresholds import Row, Side, Word

if TYPE_CHECKING:
    from fractions import Fraction

    from service.domain.language.reader import Reader
    from service.domain.nodes import Mapping, Node
    from service.domain.thresholds import Citation
    from service.domain.vocabulary import Vocabulary

LABORATORY = "laboratory"
LIMIT_WORDS = {Side.LOW: (Word.BELOW, Word.AT_MOST), Side.HIGH: (Word.ABOVE, Word.AT_LEAST)}
"""The words of rows on each side."""

_HOLE = "no limit"
_CITES = ("source", "where", "read")


def own_limit(side: Side) -> str:
    """Return the words of a row for the laboratory's own limit on a side."""
    return f"{LABORATORY} {side.of_range}"


def keyable(vocabulary: Vocabulary) -> dict[str, str]:
    """Return the patient quantities that rows may be keyed by, each with its canonical unit."""
    measures = vocabulary.measures.values()
    return {AGE: "mo"} | {measure.name: measure.unit for measure in measures if measure.kind is MeasureKind.PATIENT}


class RowReader:
    """
    Reads the rows of one threshold.

    Args:
        reader: Keeps faults.

        vocabulary: For patient quantities, attributes and findings that rows are keyed by.

        side: Of the threshold.
    """

    def __init__(self, reader: Reader, vocabulary: Vocabulary, side: Side) -> None:
        self.reader, self.vocabulary, self.side = reader, vocabulary, side
        self.words = (*LIMIT_WORDS[side], _HOLE)
        self.quantities = keyable(vocabulary)

    def row(self, node: Node, inherited: Citation) -> Row | None:
        """Read one row, which takes the citation of its choice unless it has its own."""
        reader, words = self.reader, self.words
        fields = reader.mapping(node, "a row")
        if fields is None:
            return None
        limits = [(key.text, value) for key, value in fields if key.text in words]
        keys = [(key, value) for key, value in fields if key.text not in {*words, *_CITES}]
        bands = {
            key.text: band(reader, value, key.text, self.quantities[key.text])
            for key, value in keys
            if key.text in self.quantities
        }
        attributes, finding = self.keys(fields, keys)
        if not limits and any(key.text in set(Word) for key, _ in keys):
            # Its limit is on the other side, which is told already.
            return None
        if len(limits) != 1:
            has = ", ".join(word for word, _ in limits) or "none"
            reader.fault(fields.place, f"A row has exactly one of: {', '.join(words)}; this one has {has}.")
            return None
        word, given = limits[0]
        cites = citation(reader, fields, "the row", inherited)
        # A word of an attribute and an age say by themselves what they are about.
        plain = {AGE, *self.vocabulary.attributes}
        told = [
            value.text if key.text in plain else f"{key.text} {value.text}"
            for key, value in keys
            if isinstance(value, Scalar)
        ]
        text = ", ".join(told) or "everyone"
        if word == _HOLE:
            reason = reader.text(given, "reason")
            return Row(bands, attributes, finding, None, False, reason, cites, text)  # noqa: FBT003 - a hole has no side
        equal = Word(word) in {Word.AT_MOST, Word.AT_LEAST}
        if isinstance(given, Scalar) and given.text.startswith(LABORATORY):
            self.own_limit(given)
            return Row(bands, attributes, finding, None, equal, "", cites, text, laboratory=True)
        limit: Fraction | None = reader.number(given, "limit")
        return None if limit is None else Row(bands, attributes, finding, limit, equal, "", cites, text)

    def own_limit(self, given: Scalar) -> None:
        """Refuse the laboratory's limit of the other side."""
        if given.text != own_limit(self.side):
            self.reader.fault(
                given.place, f"{given.text!r} does not go with side: {self.side.value}; write {own_limit(self.side)}."
            )

    def keys(
        self, fields: Mapping, keys: list[tuple[Scalar, Node]]
    ) -> tuple[dict[str, frozenset[str]], tuple[str, State] | None]:
        """Read what a row is keyed by, patient quantities aside: attributes, and at most one finding."""
        reader, vocabulary = self.reader, self.vocabulary
        attributes: dict[str, frozenset[str]] = {}
        finding: tuple[str, State] | None = None
        for key, value in keys:
            if key.text in vocabulary.attributes:
                attribute = vocabulary.attributes[key.text]
                given = reader.text(value, key.text)
                meaning = attribute.meaning(given)
                if meaning is None:
                    accepted = ", ".join((*attribute.values, *attribute.groups))
                    reader.fault(value.place, f"{given!r} is not a value of {key.text}. Accepted: {accepted}.")
                else:
                    attributes[key.text] = meaning
            elif key.text in vocabulary.findings:
                state = reader.one_of(value, "state", ("present", "absent"))
                if finding is not None:
                    reader.fault(key.place, "A row is keyed by one finding at most.")
                finding = (key.text, State(state))
            elif key.text in set(Word):
                own = " or ".join(LIMIT_WORDS[self.side])
                reader.fault(key.place, f"{key.text!r} does not go with side: {self.side.value}; write {own}.")
            elif key.text not in self.quantities:
                accepted_keys = [
                    *self.quantities, *vocabulary.attributes, *vocabulary.findings, *self.words, *_CITES,
                ]  # fmt: skip
                reader.unknown_key(key, value, f"a row on the {self.side.value} side", accepted_keys, fields)
        return attributes, finding
