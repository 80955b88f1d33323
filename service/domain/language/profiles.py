"""
Reading ``profiles/*.yaml``: each extends one other, and chooses for everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.release import Profile

if TYPE_CHECKING:
    from service.domain.language.reader import Reader
    from service.domain.nodes import Mapping, Node
    from service.domain.thresholds import Numbers


@dataclass(frozen=True, slots=True)
class _Written:
    """A profile as it stands in its file, before what it extends is added."""

    fields: Mapping
    extends: str
    choose: dict[str, str]
    assume: dict[str, str]


def read_profiles(reader: Reader, nodes: tuple[Node, ...], numbers: Numbers) -> dict[str, Profile]:
    """
    Read the profiles of a rule set.

    Args:
        reader: Keeps faults.

        nodes: The roots of the files.

        numbers: What a profile chooses for.

    Returns:
        Total profiles by id: what one does not choose itself it takes from the one it extends.
    """
    choosable = numbers.choosable()
    written: dict[str, _Written] = {}
    for node in nodes:
        optional = ("extends", "because", "choose", "assume")
        fields = reader.mapping(node, "the profile", ("id", "title"), optional, ordered=True)
        if fields is None:
            continue
        choose = {}
        for key, value in reader.mapping(fields.get("choose"), "choose") or ():
            if key.text in choosable:
                choose[key.text] = reader.known(value, f"choice of {key.text}", choosable[key.text])
            else:
                hint = reader.nearest(key.text, choosable)
                reader.fault(key.place, f"{key.text!r} is not a threshold, table or constant. {hint}")
        assume = {
            key.text: reader.text(value, key.text)
            for key, value in reader.mapping(fields.get("assume"), "assume") or ()
        }
        name = reader.text(fields.get("id"), "id")
        if name in written:
            first = written[name].fields.place
            reader.fault(
                fields.place, f"{name} is already the id of the profile in {first.file}; give this one another."
            )
        written[name] = _Written(fields, reader.text(fields.get("extends"), "extends"), choose, assume)
    return {name: _total(reader, name, written, choosable) for name in written}


def _total(reader: Reader, name: str, written: dict[str, _Written], choosable: dict[str, frozenset[str]]) -> Profile:
    fields = written[name].fields
    choices: dict[str, str] = {}
    assume: dict[str, str] = {}
    line, whole = _line(reader, name, written)
    for one in reversed(line):
        choices.update(written[one].choose)
        assume.update(written[one].assume)
    # What a profile does not say is asked of the one at the end of its line, from which the others take it.
    last = len(line) == 1
    for missing in [one for one in choosable if whole and last and one not in choices]:
        remedy = f"add under choose '{missing}: {' | '.join(sorted(choosable[missing]))}'"
        reader.fault(fields.place, f"the profile {name} makes no choice for {missing}; {remedy}.")
    because = reader.text(fields.get("because"), "because")
    return Profile(name, reader.text(fields.get("title"), "title"), because, choices, assume)


def _line(reader: Reader, name: str, written: dict[str, _Written]) -> tuple[list[str], bool]:
    """Return a profile and those it extends, the nearest first, and whether the line is whole."""
    line: list[str] = []
    extends = written[name].fields.place
    at = name
    while at and at not in line:
        if at not in written:
            reader.fault(extends, f"{at!r} is not a profile. {reader.nearest(at, written)}")
            return line, False
        line.append(at)
        extends = (written[at].fields.get("extends") or written[at].fields).place
        at = written[at].extends
    if at:
        reader.fault(
            extends, f"Profiles extend each other in a circle: {' -> '.join((*line, at))}. Let one of them extend none."
        )
    return line, not at
