"""
The answers to why and why not: document, text and drawing of one question.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from service.application.explanation.asked import GRAPHS, Explained
from service.application.explanation.drawn import draw_derived, draw_hindered
from service.application.explanation.overview import overview
from service.application.explanation.said import Section, once
from service.application.explanation.why import derived, why_written
from service.application.explanation.whynot import hindered, why_not_written
from service.domain.errors import NameNotFoundError
from service.domain.explanation.graph import Kind
from service.domain.scales import Certainty
from service.domain.told import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from service.application.explanation.asked import Asked
    from service.application.graph import Graph
    from service.application.ports import Document
    from service.domain.decision import Decision

WHY = "why"
WHY_NOT = "why-not"


def explain_why(decision: Decision, asked: Asked) -> Explained:
    """
    Explain why conclusions were drawn.

    Args:
        decision: The decision.

        asked: About one conclusion, or about all that the answer tells.

    Returns:
        The derivation of each; nothing of a conclusion about which no rule claims anything.

    Raises:
        NameNotFoundError: If the conclusion is not in the vocabulary.
    """
    names = [name for name, _ in told(decision)] if asked.conclusion is None else [_known(decision, asked.conclusion)]
    found = [one for one in (derived(decision, name) for name in names) if one is not None]
    parts = [why_written(one, asked.speaker) for one in found]
    graphs = [one.minimal if asked.drawn == GRAPHS[0] else one.complete for one in found]
    return _explained(decision, asked, parts, partial(draw_derived, decision, graphs) if found else None)


def explain_why_not(decision: Decision, asked: Asked) -> Explained:
    """
    Explain why conclusions were not drawn, or not more firmly.

    Args:
        decision: The decision.

        asked: About one conclusion, or about all that are not confirmed.

    Returns:
        For each, the rules that could have drawn it, with what stands in their way. The text, and the drawing, are
        of the conclusions that the reader is told of.

    Raises:
        NameNotFoundError: If the conclusion is not in the vocabulary.
    """
    if asked.conclusion is None:
        verdicts = decision.inference.verdicts if decision.in_scope else {}
        sure = {name for name, verdict in verdicts.items() if verdict.certainty is Certainty.CONFIRMED}
        names = [name for name in decision.release.vocabulary.conclusions if name not in sure]
    else:
        names = [_known(decision, asked.conclusion)]
    found = [hindered(decision, name) for name in names]
    chosen = asked.speaker.chosen(found) if asked.conclusion is None else found
    told_of = {one.conclusion for one in chosen}
    left_out = [one.conclusion for one in found if one.conclusion not in told_of]
    parts = []
    for one in found:
        written, section = why_not_written(one, asked.speaker)
        parts.append((written, Section("", ()) if one.conclusion in left_out else section))
    draw = partial(draw_hindered, decision, [one.graph for one in chosen]) if chosen else None
    return _explained(decision, asked, parts, draw, left_out)


def _explained(
    decision: Decision,
    asked: Asked,
    parts: list[tuple[Document, Section]],
    draw: Callable[[], Graph] | None,
    left_out: Iterable[str] = (),
) -> Explained:
    about = overview(decision, left_out)
    says = once(asked.speaker.overview(about))
    rest = once(asked.speaker.left_out(about))
    ending = once(asked.speaker.ending(about))
    document: Document = {
        "of": asked.of,
        "conclusion": asked.conclusion,
        "register": asked.register,
        "status": about.facts[about.status]["status"],
        "conclusions": [part for part, _ in parts],
        "overview": about.facts.written(about.graph),
        "says": [sentence.document for sentence in (*says, *rest, *ending)],
    }
    sections = _read_once(
        (Section("", says), *(section for _, section in parts), Section("", rest), Section("", ending))
    )
    return Explained(document, sections, draw)


def _read_once(sections: Iterable[Section]) -> tuple[Section, ...]:
    """
    Return what is read from top to bottom, without what is empty.

    Whatever is not about a conclusion is the same for each of them, and is said once.
    """
    told: set[str] = set()
    found = []
    for section in sections:
        sentences = tuple(one for one in section.sentences if one.text not in told)
        told |= {one.text for one in sentences if not any(node.startswith(_OF_CONCLUSION) for node in one.nodes)}
        if sentences:
            found.append(Section(section.heading, sentences))
    return tuple(found)


_OF_CONCLUSION = f"{Kind.CONCLUSION}:"


def _known(decision: Decision, name: str) -> str:
    if name not in decision.release.vocabulary.conclusions:
        raise NameNotFoundError("conclusion", name, tuple(decision.release.vocabulary.conclusions))
    return name
