"""
Sentences of an explanation: templates with holes, filled from nodes, each with the ids of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from service.application.ports import Document


@dataclass(frozen=True, slots=True)
class Sentence:
    """
    One sentence.

    Attributes:
        text: As it is read.

        nodes: Ids of the nodes that it renders.
    """

    text: str
    nodes: tuple[str, ...]

    @property
    def document(self) -> Document:
        """The sentence as JSON."""
        return {"text": self.text, "nodes": list(self.nodes)}


@dataclass(frozen=True, slots=True)
class Section:
    """
    A part of an explanation as it is read: a heading, and sentences below it.

    Attributes:
        heading: Or empty.

        sentences: In the order of reading.
    """

    heading: str
    sentences: tuple[Sentence, ...]


def said(template: str, nodes: Iterable[str], **holes: str) -> Sentence:
    """
    Fill a template.

    Args:
        template: With a hole ``{name}`` for each part.

        nodes: Ids of the nodes that the holes are filled from.

        holes: What is put there.

    Returns:
        The sentence, its first letter large.
    """
    text = template.format(**holes)
    return Sentence(text[:1].upper() + text[1:], tuple(dict.fromkeys(nodes)))


def named(template: str, nodes: Iterable[str], **holes: str) -> Sentence:
    """Fill a template that begins with a name of the knowledge, which keeps its letters."""
    return Sentence(template.format(**holes), tuple(dict.fromkeys(nodes)))


def once(sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
    """Return sentences without those that say the same as one before."""
    found: dict[str, Sentence] = {}
    for one in sentences:
        if one.text in found:
            nodes = tuple(dict.fromkeys((*found[one.text].nodes, *one.nodes)))
            found[one.text] = Sentence(one.text, nodes)
        else:
            found[one.text] = one
    return tuple(found.values())


def listed(texts: Sequence[str], word: str = "and") -> str:
    """Return texts as a sentence lists them; with semicolons where a part has a comma of its own."""
    if len(texts) <= 1:
        return "".join(texts)
    *most, last = texts
    if any(", " in one for one in texts):
        return f"{'; '.join(most)}; {word} {last}"
    return f"{', '.join(most)} {word} {last}"


def small(title: str) -> str:
    """Return a title as it stands inside a sentence; abbreviations keep their capitals."""
    return title[:1].lower() + title[1:] if title[1:2].islower() or title[1:2] in {" ", ""} else title
