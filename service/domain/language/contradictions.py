"""
Lines of one condition that can never hold together, or say the same twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.nodes import Mapping, Sequence
from service.domain.rules import AttributeTest, Comparison, FindingTest, Group, KnownTest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as MappingOf

    from service.domain.language.reader import Reader
    from service.domain.nodes import Node, Place
    from service.domain.rules import Condition
    from service.domain.vocabulary import Attribute

Lines = list[tuple["Condition", "Place"]]


def refuse_contradictions(reader: Reader, group: Group, node: Node, attributes: MappingOf[str, Attribute]) -> None:
    """
    Refuse a condition that no patient can meet, and a line that stands twice.

    Lines of which several must hold are compared with each other, and lines that must all hold with each line of a
    group among them: such a line can never help its group. Lines of which one is enough may well be opposites.

    Args:
        reader: Keeps faults.

        group: The condition as read, without faults.

        node: Where it stands.

        attributes: Of the vocabulary.
    """
    own, inner = _lines(group, node)
    sure = own if group.needed == len(group.members) else []
    _compare(reader, own, attributes, together=group.needed > 1)
    for lines, several in inner:
        _compare(reader, lines, attributes, together=several)
        for line in lines:
            for other in sure:
                _refuse(reader, line, other, attributes)


def _lines(group: Group, node: Node) -> tuple[Lines, list[tuple[Lines, bool]]]:
    """Return the lines of a group with their places, and those of each group among them with whether several count."""
    own: Lines = []
    inner: list[tuple[Lines, bool]] = []
    for member, (key_place, value) in zip(group.members, _entries(node), strict=True):
        if isinstance(member, Group):
            places = [place for place, _ in _entries(value)]
            lines = [(one, place) for one, place in zip(member.members, places, strict=True)]
            inner.append((lines, member.needed > 1))  # type: ignore[arg-type] # groups go two levels deep
        else:
            own.append((member, key_place))
    return own, inner


def _entries(node: Node) -> Iterator[tuple[Place, Node]]:
    """Yield the place and the node of each line below a word such as ``all``."""
    value = node.entries[0][1] if isinstance(node, Mapping) else node
    for item in value.items if isinstance(value, Sequence) else (value,):
        if isinstance(item, Mapping):
            yield item.entries[0][0].place, item


def _compare(reader: Reader, lines: Lines, attributes: MappingOf[str, Attribute], *, together: bool) -> None:
    for number, line in enumerate(lines):
        for other in lines[:number]:
            if line[0] == other[0]:
                message = f"'{line[0].text}' stands twice; it is already on line {other[1].line}."
                reader.fault(line[1], message, authors=True)
            elif together:
                _refuse(reader, line, other, attributes)


def _refuse(
    reader: Reader,
    line: tuple[Condition, Place],
    other: tuple[Condition, Place],
    attributes: MappingOf[str, Attribute],
) -> None:
    if _exclude(line[0], other[0], attributes):
        message = (
            f"'{line[0].text}' never holds together with '{other[0].text}' on line {other[1].line}; "
            "keep one of them, or write a rule for each."
        )
        reader.fault(line[1], message, authors=True)


def _exclude(one: Condition, other: Condition, attributes: MappingOf[str, Attribute]) -> bool:
    """Return whether no patient meets both of two conditions."""
    if isinstance(one, Comparison) and isinstance(other, Comparison):
        # A threshold lies on one side, whose two words are exact opposites.
        return one.threshold == other.threshold and one.word is not other.word
    if isinstance(one, FindingTest) and isinstance(other, FindingTest):
        return one.finding == other.finding and one.state is not other.state
    if isinstance(one, KnownTest) and isinstance(other, KnownTest):
        return one.measure == other.measure and one.known is not other.known
    if isinstance(one, AttributeTest) and isinstance(other, AttributeTest) and one.attribute == other.attribute:
        return not allowed(one, attributes) & allowed(other, attributes)
    return False


def allowed(test: AttributeTest, attributes: MappingOf[str, Attribute]) -> frozenset[str]:
    """Return the values that a condition on an attribute allows."""
    every = frozenset(attributes[test.attribute].values)
    return every - test.values if test.negated else every & test.values
