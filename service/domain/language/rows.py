"""
Reading the rows of a threshold: whom each is for, and its limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.language.words import band, citation
from service.domain.measures import AGE
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


class RowReader:
    """
    Reads the rows of one threshold.

    Args:
        reader: Keeps faults.

        vocabulary: For attributes and findings that rows are keyed by.

        side: Of the threshold.
    """

    def __init__(self, reader: Reader, vocabulary: Vocabulary, side: Side) -> None:
        self.reader, self.vocabulary, self.side = reader, vocabulary, side
        self.words = (*LIMIT_WORDS[side], _HOLE)

    def row(self, node: Node, inherited: Citation) -> Row | None:
        """Read one row, which takes the citation of its choice unless it has its own."""
        reader, words = self.reader, self.words
        fields = reader.mapping(node, "a row")
        if fields is None:
            return None
        limits = [(key.text, value) for key, value in fields if key.text in words]
        keys = [(key, value) for key, value in fields if key.text not in {*words, *_CITES}]
        age = band(reader, fields.get(AGE), AGE, "mo")
        attributes, finding = self.keys(fields, keys)
        if len(limits) != 1:
            has = ", ".join(word for word, _ in limits) or "none"
            reader.fault(fields.place, f"A row has exactly one of: {', '.join(words)}; this one has {has}.")
            return None
        word, given = limits[0]
        cites = citation(reader, fields, "the row", inherited)
        told = [
            f"{key.text} {value.text}" if key.text == (finding or ("",))[0] else value.text
            for key, value in keys
            if isinstance(value, Scalar)
        ]
        text = ", ".join(told) or "everyone"
        if word == _HOLE:
            reason = reader.text(given, "reason")
            return Row(age, attributes, finding, None, equal_is_abnormal=False, no_limit=reason, cites=cites, text=text)
        equal = Word(word) in {Word.AT_MOST, Word.AT_LEAST}
        if isinstance(given, Scalar) and given.text.startswith(LABORATORY):
            self.own_limit(given)
            return Row(age, attributes, finding, None, equal, "", cites, text, laboratory=True)
        limit: Fraction | None = reader.number(given, "limit")
        return None if limit is None else Row(age, attributes, finding, limit, equal, "", cites, text)

    def own_limit(self, given: Scalar) -> None:
        """Refuse the laboratory's limit of the other side."""
        if given.text != own_limit(self.side):
            self.reader.fault(
                given.place, f"{given.text!r} is no limit on the {self.side.value} side; write {own_limit(self.side)}."
            )

    def keys(
        self, fields: Mapping, keys: list[tuple[Scalar, Node]]
    ) -> tuple[dict[str, frozenset[str]], tuple[str, State] | None]:
        """Read what a row is keyed by, age aside: attributes, and at most one finding."""
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
            elif key.text != AGE:
                accepted_keys = [AGE, *vocabulary.attributes, *vocabulary.findings, *self.words, *_CITES]
                reader.unknown_key(key, value, f"a row on the {self.side.value} side", accepted_keys, fields)
        return attributes, finding
