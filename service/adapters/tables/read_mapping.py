"""
Reading a mapping file: which column is what, in which unit, and what its codes mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.adapters.knowledge.strict_yaml import parse_yaml
from service.adapters.tables.table_mapping import Column, TableMapping, Times, Words
from service.domain.errors import KnowledgeError
from service.domain.language.reader import Reader
from service.domain.measures import MeasureKind
from service.domain.nodes import Mapping
from service.domain.spellings import normal_unit

if TYPE_CHECKING:
    from pathlib import Path

    from service.domain.measures import Measure
    from service.domain.nodes import Node, Scalar
    from service.domain.vocabulary import Vocabulary

PATIENT = "patient"
LABORATORY = ("low", "high", "flag")
"""Keys of a result's column for what the laboratory says beside it."""
DAYS = "d"
"""The unit of cells that count the days before the question."""


def read_mapping(path: Path, vocabulary: Vocabulary) -> TableMapping:
    """
    Read a mapping file.

    Args:
        path: YAML; `knowledge/mappings/` has an example.

        vocabulary: The names, words and units that it may use.

    Returns:
        The mapping.

    Raises:
        KnowledgeError: With every fault of the file.
    """
    reader = Reader()
    root = reader.mapping(
        parse_yaml(path.read_bytes(), path.name),
        "the mapping",
        ("title", "row id"),
        (PATIENT, "results", "events", "note"),
    )
    text = {key: reader.text(root.get(key) if root else None, key) for key in ("title", "note", "row id")}
    mapping = TableMapping(text["title"], text["note"], text["row id"])
    patient = _measures(vocabulary, MeasureKind.PATIENT)
    for key, value in reader.entries(root.get(PATIENT) if root else None, PATIENT):
        if isinstance(value, Mapping) and value.get("values") is not None:
            words = _words(reader, key, value, vocabulary)
            if words is not None:
                mapping.attributes[key.text] = words
        else:
            measure = patient.get(reader.known(key, "patient quantity", patient))
            columns = (_column(reader, item, measure) for item in reader.items(value, key.text))
            mapping.quantities[key.text] = tuple(column for column in columns if column)
    reported = _measures(vocabulary, MeasureKind.LABORATORY)
    for key, value in reader.entries(root.get("results") if root else None, "results"):
        column = _column(reader, value, reported.get(reader.known(key, "laboratory measure", reported)))
        if column is not None:
            mapping.results[key.text] = column
    for key, value in reader.entries(root.get("events") if root else None, "events"):
        reader.known(key, "event", vocabulary.events)
        times = _times(reader, value)
        if times is not None:
            mapping.events[key.text] = times
    if reader.problems:
        raise KnowledgeError(reader.problems)
    return mapping


def _measures(vocabulary: Vocabulary, kind: MeasureKind) -> dict[str, Measure]:
    return {name: measure for name, measure in vocabulary.measures.items() if measure.kind is kind}


def _words(reader: Reader, key: Scalar, node: Mapping, vocabulary: Vocabulary) -> Words | None:
    attribute = vocabulary.attributes.get(reader.known(key, "attribute", vocabulary.attributes))
    fields = reader.mapping(node, key.text, ("column", "values"), ("unknown",))
    values: dict[str, str] = {}
    for code, word in reader.mapping(node.get("values"), "values") or ():
        values[code.text] = reader.text(word, code.text)
        if attribute is not None and attribute.meaning(values[code.text]) is None:
            accepted = reader.nearest(values[code.text], (*attribute.values, *attribute.groups))
            reader.fault(word.place, f"{values[code.text]!r} is not a value of {key.text}. {accepted}")
    if fields is None:
        return None
    unknown = frozenset(reader.texts(fields.get("unknown"), "unknown"))
    return Words(reader.text(fields.get("column"), "column"), values, unknown)


def _column(reader: Reader, node: Node, measure: Measure | None) -> Column | None:
    of_laboratory = LABORATORY if measure is None or measure.kind is MeasureKind.LABORATORY else ()
    fields = reader.mapping(node, "a column", ("column", "unit"), ("below", *of_laboratory))
    if fields is None:
        return None
    mark = reader.mapping(fields.get("below"), "below", ("column", "when")) if fields.get("below") else None
    below = (reader.text(mark.get("column"), "column"), reader.text(mark.get("when"), "when")) if mark else None
    stated = fields.get("unit")
    unit = normal_unit(reader.text(stated, "unit"))
    if stated is not None and measure is not None and unit not in measure.accepted_units:
        accepted = ", ".join(measure.accepted_units)
        reader.fault(stated.place, f"{unit!r} is not accepted for {measure.name}; use one of {accepted}.")
    beside = [reader.text(fields.get(key), key) for key in LABORATORY]
    return Column(reader.text(fields.get("column"), "column"), unit, below, *beside)


def _times(reader: Reader, node: Node) -> Times | None:
    fields = reader.mapping(node, "a column of times", ("column",), ("unit", "never", "unknown"))
    if fields is None:
        return None
    unit = reader.one_of(fields.get("unit"), "way to count back from the question", (DAYS,), "")
    never, unknown = (frozenset(reader.texts(fields.get(key), key)) for key in ("never", "unknown"))
    return Times(reader.text(fields.get("column"), "column"), unit == DAYS, never, unknown)
