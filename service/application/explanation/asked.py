"""
A question about a decision, and its answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.application.explanation.register import Register
    from service.application.explanation.said import Section
    from service.application.graph import Graph
    from service.application.ports import Document


GRAPHS = ("minimal", "complete")
"""Which graph is drawn."""


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What is asked about a decision.

    Attributes:
        of: Which question it is.

        register: Who is spoken to, by the name of the register.

        speaker: That register.

        conclusion: About which conclusion; None for all that the question makes sense for.

        drawn: Which of `GRAPHS` is drawn.
    """

    of: str
    register: str
    speaker: Register
    conclusion: str | None = None
    drawn: str = GRAPHS[0]


@dataclass(frozen=True, slots=True)
class Explained:
    """
    An explanation.

    Attributes:
        document: As JSON, without the id of the evaluation.

        sections: As it is read.

        draw: Draws it; None where there is nothing to draw.
    """

    document: Document
    sections: tuple[Section, ...]
    draw: Callable[[], Graph] | None = None

    @property
    def text(self) -> str:
        """The explanation as plain text: headings with their sentences below, one a line."""
        parts = []
        for section in self.sections:
            lines = [sentence.text for sentence in section.sentences]
            parts.append("\n".join([section.heading, *(f"  {line}" for line in lines)] if section.heading else lines))
        return "\n\n".join(part for part in parts if part) + "\n"
