"""
The names that a tree declares, for whoever completes what an author writes.

Faults are passed over: names are wanted most while something is still wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.language.numbers import read_numbers
from service.domain.language.reader import NAME, Reader
from service.domain.language.vocabulary import read_vocabulary
from service.domain.language.words import RULE_ID
from service.domain.nodes import Mapping, Scalar
from service.domain.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as MappingOf

    from service.domain.language.tree import Tree
    from service.domain.nodes import Node
    from service.domain.thresholds import Threshold


@dataclass(frozen=True, slots=True)
class Names:
    """
    Names, each kind in the order of files and lines.

    Attributes:
        vocabulary: What all rule sets share.

        sources: Keys of publications.

        thresholds: By name, of every rule set.

        choosable: The choices of every threshold, table and constant.

        tables: Names of step tables.

        profiles, rules: Ids, whatever their status.
    """

    vocabulary: Vocabulary
    sources: tuple[str, ...]
    thresholds: MappingOf[str, Threshold]
    choosable: MappingOf[str, tuple[str, ...]]
    tables: tuple[str, ...]
    profiles: tuple[str, ...]
    rules: tuple[str, ...]


def read_names(trees: Iterable[Tree]) -> Names:
    """
    Read the names of rule sets that share a vocabulary.

    Args:
        trees: Their files, whatever faults they have.

    Returns:
        The names of all of them; those of faulty entries are left out where they cannot be read.
    """
    reader = Reader()
    vocabulary = Vocabulary({}, {}, {}, {}, {})
    sources: tuple[str, ...] = ()
    thresholds: dict[str, Threshold] = {}
    choosable: dict[str, tuple[str, ...]] = {}
    tables: list[str] = []
    profiles: list[str] = []
    rules: list[str] = []
    for tree in trees:
        vocabulary = read_vocabulary(reader, tree.vocabulary)
        sources = tuple(key.text for key, _ in tree.sources) if isinstance(tree.sources, Mapping) else ()
        numbers = read_numbers(reader, tree.thresholds, vocabulary)
        thresholds |= numbers.thresholds
        for kind in (numbers.thresholds, numbers.tables, numbers.constants):
            choosable |= {name: tuple(one.choices) for name, one in kind.items()}
        tables += numbers.tables
        profiles += [name for node in tree.profiles if NAME.match(name := _id(node))]
        rules += [name for node in tree.rules if RULE_ID.match(name := _id(node))]
    return Names(
        vocabulary, sources, thresholds, choosable, tuple(tables),
        tuple(dict.fromkeys(profiles)), tuple(sorted(set(rules))),
    )  # fmt: skip


def _id(node: Node) -> str:
    given = node.get("id") if isinstance(node, Mapping) else None
    return given.text.strip() if isinstance(given, Scalar) else ""
