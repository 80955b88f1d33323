"""
Why conclusions were drawn, as it is answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.explanation.material import Derived
from service.application.explanation.said import Section, once
from service.domain.explanation.why import complete, minimal

if TYPE_CHECKING:
    from service.application.explanation.register import Register
    from service.application.ports import Document
    from service.domain.decision import Decision


def derived(decision: Decision, conclusion: str) -> Derived | None:
    """Return a conclusion with its derivation; None where no rule claims anything of it, or the scope is not met."""
    verdict = decision.inference.verdicts.get(conclusion)
    if verdict is None or decision.in_scope is not True:
        return None
    graph = complete(decision, conclusion)
    return Derived(decision, conclusion, verdict, graph, minimal(graph, conclusion))


def why_written(one: Derived, register: Register) -> tuple[Document, Section]:
    """
    Write the derivation of one conclusion.

    Args:
        one: The conclusion.

        register: Who is spoken to.

    Returns:
        The document, and the section of the text.
    """
    sentences = once(register.why(one))
    title = one.facts[one.top]["title"]
    told: Document = {
        "conclusion": one.conclusion,
        "title": title,
        "certainty": one.verdict.certainty.value,
        "contested": one.verdict.contested,
        "minimal": one.facts.written(one.minimal),
        "complete": one.facts.written(one.complete),
        "says": [sentence.document for sentence in sentences],
    }
    return told, Section(title if register.headings else "", sentences)
