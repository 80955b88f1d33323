"""
Checking that the editions of publications name each other.

A source that supersedes an older one is named by that as its successor, so that whoever looks at either
sees both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.nodes import Mapping

if TYPE_CHECKING:
    from collections.abc import Collection

    from service.domain.language.reader import Reader
    from service.domain.nodes import Node, Scalar

NEWER, OLDER = "superseded by", "supersedes"
"""The fields that name the newer and the older editions of a source."""


def check_editions(reader: Reader, node: Node, known: Collection[str]) -> None:
    """
    Refuse an edition that is no source, and one that does not name this one back.

    Args:
        reader: Keeps faults.

        node: The root of ``sources.yaml``.

        known: Keys of the sources that could be read.
    """
    if not reader.authoring:
        return
    named: dict[tuple[str, str, str], Scalar] = {}
    for key, fields in node if isinstance(node, Mapping) else ():
        for word in (NEWER, OLDER):
            value = fields.get(word) if isinstance(fields, Mapping) else None
            for item in reader.items(value, word):
                other = reader.known(item, "source", known)
                if other:
                    named[key.text, word, other] = key
    for (this, word, other), key in named.items():
        back = OLDER if word == NEWER else NEWER
        if (other, back, this) not in named:
            message = f"{this} says {word!r}: {other}, which does not say so too; add '{back}: [{this}]' to {other}."
            reader.fault(key.place, message, authors=True)
