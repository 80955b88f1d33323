"""
Explain a decision: why, why not, and what other questions are put to it.

A stored evaluation is decided again from its recorded request, by the release of the recorded digest, in
the recorded profile and as of the recorded instant. Unless everything comes out as it was recorded,
nothing is explained.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from service.application.decide import decide
from service.application.explanation.answers import WHY, WHY_NOT, explain_why, explain_why_not
from service.application.trace_inputs import inputs, patient
from service.domain.errors import EngineDisagreementError, ExplainedOtherwiseError
from service.domain.question import status
from service.domain.told import told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.application.catalog import Catalog
    from service.application.evaluate import Question
    from service.application.explanation.asked import Asked, Explained
    from service.application.ports import Document, Record
    from service.domain.decision import Decision


class Explainer(Protocol):
    """Answers one question about a decision."""

    def __call__(self, decision: Decision, asked: Asked) -> Explained:
        """Return the explanation; raise `NameNotFoundError` where a name is not in the vocabulary."""


EXPLAINERS: Mapping[str, Explainer] = {WHY: explain_why, WHY_NOT: explain_why_not}
"""The questions that a decision alone answers, by what they are called."""


@dataclass(frozen=True, slots=True)
class Explain:
    """
    The use case behind ``.../explanation``.

    Attributes:
        catalog: Releases with their engines.

        record: Where decisions are kept.

        read: Reads a recorded request as it was read when it came, with the instant of a question that told none.

        explainers: By the question that each answers.
    """

    catalog: Catalog
    record: Record
    read: Callable[[bytes, datetime], Question]
    explainers: Mapping[str, Explainer]

    def recorded(self, evaluation_id: str, asked: Asked) -> Explained:
        """
        Explain a stored evaluation.

        Args:
            evaluation_id: Of the evaluation.

            asked: The question.

        Returns:
            The explanation.

        Raises:
            EvaluationNotFoundError: If there is none.

            ReleaseNotFoundError: If the release that decided is not published any more.

            NameNotFoundError: If a name of the question is not in the vocabulary.

            ExplainedOtherwiseError: If the request is decided otherwise today than it was recorded.
        """
        decision = self.decided_again(evaluation_id)
        return self(decision, asked)

    def __call__(self, decision: Decision, asked: Asked) -> Explained:
        """Explain a decision."""
        return self.explainers[asked.of](decision, asked)

    def decided_again(self, evaluation_id: str) -> Decision:
        """Return a stored evaluation as a decision, or refuse it where it comes out otherwise than recorded."""
        document: Document = json.loads(self.record.document(evaluation_id))
        question = self.read(self.record.request(evaluation_id), datetime.fromisoformat(document["as_of"]))
        recorded = document["ruleset"]
        loaded = self.catalog.choose(recorded["id"], recorded["version"])
        if loaded.release.digest != recorded["digest"]:
            raise ExplainedOtherwiseError(["digest of the release"])
        profile = loaded.release.profiles[recorded["profile"]]
        decision, found = decide(loaded.release, profile, loaded.engine, question.panel)
        if found:
            raise EngineDisagreementError(found)
        differing = _differing(document, decision)
        if differing:
            raise ExplainedOtherwiseError(differing)
        return decision


def _differing(document: Document, decision: Decision) -> list[str]:
    """Return the parts of a recorded document that a decision does not repeat."""
    recorded = {
        "status": document["status"],
        "conclusions": [(one["conclusion"], one["certainty"], one["contested"]) for one in document["conclusions"]],
        "advice": [(one["advice"], one["urgency"]) for one in document["advice"]],
        "outcomes": _outcomes(document["trace"]),
        "what was sent": _sent(document["trace"]["patient"], document["trace"]["inputs"]),
    }
    now = {
        "status": status(decision).value,
        "conclusions": [(name, one.certainty.value, one.contested) for name, one in told(decision)],
        "advice": [(name, urgency.word) for name, urgency, _ in decision.advice],
        "outcomes": {rule: outcome.value for rule, outcome in decision.outcomes.items()},
        "what was sent": _sent(patient(decision), inputs(decision)),
    }
    return [part for part, value in recorded.items() if value != now[part]]


def _outcomes(trace: Document) -> dict[str, str]:
    """Return the outcome of every rule; documents of earlier formats tell of none as others."""
    others = trace.get("others", {}).items()
    return {one["rule"]: one["outcome"] for one in trace["rules"]} | {
        rule: outcome for outcome, told in others for rule in told
    }


def _sent(of_patient: list[Document], results: list[Document]) -> list[tuple[object, ...]]:
    """Return what a trace tells of what was sent: the record keeps no digest of the request itself."""
    told = [(one["name"], one.get("possible"), one.get("value", {}).get("text")) for one in of_patient]
    return [*told, *((one["result"], one["measure"], one["given"]["value"], one["given"]["unit"]) for one in results)]
