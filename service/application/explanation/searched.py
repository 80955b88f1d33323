"""
The answers to what would settle a conclusion and what would change it, which a search finds.

They are about one conclusion: the one that is named, else the one that the rule set is there to tell of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.change import Change
from service.application.explanation.answers import explained, known_conclusion
from service.application.explanation.otherwise import otherwise
from service.application.explanation.said import Section, once
from service.application.questions_written import changing_written, settling_written
from service.application.settle import Settle
from service.domain.errors import NameNotFoundError

if TYPE_CHECKING:
    from service.application.explanation.asked import Asked, Explained
    from service.application.explanation.register import Register
    from service.application.ports import Document, Engine, Search
    from service.domain.decision import Decision
    from service.domain.given import GivenPanel

SETTLE = "settle"
CHANGE = "change"

_SAID_ABOVE = frozenset({"of", "conclusion", "now", "complete"})
"""What an explanation says of itself and of each conclusion already; where it is not complete, it is undecided."""


class ExplainSettle:
    """
    Explains what would settle a conclusion.

    Args:
        search: Finds the sets of tests.

        engine: Decides every outcome that is told.

        given: The panel of the decision, as it was sent.
    """

    def __init__(self, search: Search, engine: Engine, given: GivenPanel) -> None:
        self._settle, self._given = Settle(search, engine), given

    def __call__(self, decision: Decision, asked: Asked) -> Explained:
        """Return the explanation; raise `NameNotFoundError` where the conclusion is not in the vocabulary."""
        conclusion = _about(decision, asked)
        settling = self._settle(decision, self._given, conclusion)
        told = settling_written(decision.release, settling)
        return explained(decision, asked, [_written(decision, conclusion, told, asked.speaker)], None)


class ExplainChange:
    """
    Explains what would change a conclusion.

    Args:
        search: Finds the panels.

        engine: Decides each that is told.

        given: The panel of the decision, as it was sent.
    """

    def __init__(self, search: Search, engine: Engine, given: GivenPanel) -> None:
        self._change, self._given = Change(search, engine), given

    def __call__(self, decision: Decision, asked: Asked) -> Explained:
        """Return the explanation; raise `NameNotFoundError` where a name is not in the vocabulary."""
        conclusion = _about(decision, asked)
        known = tuple(decision.release.vocabulary.measures)
        for name in (*asked.measures, *asked.fix):
            if name not in known:
                raise NameNotFoundError("measure", name, known)
        changing = self._change(decision, self._given, conclusion, measures=asked.measures, fix=asked.fix)
        told = changing_written(decision.release, changing)
        return explained(decision, asked, [_written(decision, conclusion, told, asked.speaker)], None)


def _about(decision: Decision, asked: Asked) -> str:
    if asked.conclusion is None:
        return decision.release.ruleset.question
    return known_conclusion(decision, asked.conclusion)


def _written(decision: Decision, conclusion: str, told: Document, register: Register) -> tuple[Document, Section]:
    one = otherwise(decision, conclusion, told)
    head, rest = once(register.stands(one)), once(register.rest(one))
    parts, sentences = {}, list(head)
    for kind, speak in (("sets", register.tests), ("nearest", register.changed)):
        if kind in told:
            said = [once(speak(one, part)) for part in told[kind]]
            sentences += [sentence for says in said for sentence in says]
            parts[kind] = [
                part | {"says": [sentence.document for sentence in says]}
                for part, says in zip(told[kind], said, strict=True)
            ]
    document: Document = {
        "conclusion": conclusion,
        "title": one.title,
        **told["now"],
        **{name: value for name, value in told.items() if name not in _SAID_ABOVE},
        **parts,
        **one.facts.written(one.graph),
        "says": [sentence.document for sentence in (*head, *rest)],
    }
    return document, Section(one.title if register.headings else "", once((*sentences, *rest)))
