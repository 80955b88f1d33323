"""
Survey a population: many panels through one release, counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from service.domain.errors import EngineDisagreementError, PanelError
from service.domain.missing import missing
from service.domain.question import status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.application.evaluate import Evaluate, Question
    from service.application.ports import Document
    from service.domain.decision import Decision
    from service.domain.errors import Fault


@dataclass(slots=True)
class Counts:
    """
    What a survey counted.

    Attributes:
        rows: Panels read.

        statuses: Of the decisions.

        conclusions: By conclusion and certainty.

        findings: By finding and state.

        faults: Panels that could not be evaluated, by code.

        disagreements: Panels that the engine and the semantics decided differently.
    """

    rows: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    conclusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    disagreements: int = 0


def survey(
    evaluate: Evaluate, panels: Iterable[tuple[str, Question | tuple[Fault, ...]]], counts: Counts
) -> Iterator[Document]:
    """
    Decide panels one after another, without a record.

    Args:
        evaluate: Decides.

        panels: Names with questions, or with the faults that keep a row from being one.

        counts: Is kept up to date.

    Yields:
        One JSON object for each panel, in order: a short decision, or its faults.
    """
    for name, question in panels:
        counts.rows += 1
        if isinstance(question, tuple):
            yield _faulty(name, question, counts)
            continue
        try:
            yield _short(name, evaluate.decision(question), counts)
        except PanelError as error:
            yield _faulty(name, error.faults, counts)
        except EngineDisagreementError as error:
            counts.disagreements += 1
            yield {"row": name, "recorded": False, "disagreement": list(error.differences)}


def _faulty(name: str, faults: tuple[Fault, ...], counts: Counts) -> Document:
    counts.faults.update({fault.code for fault in faults})
    written = [{"pointer": fault.pointer, "code": fault.code, "detail": fault.detail} for fault in faults]
    return {"row": name, "recorded": False, "errors": written}


def _short(name: str, decision: Decision, counts: Counts) -> Document:
    word = status(decision).value
    conclusions = {name: verdict.certainty.value for name, verdict in decision.conclusions}
    findings = {name: state.value for name, state in decision.findings}
    counts.statuses[word] += 1
    counts.conclusions.update(conclusions.items())
    counts.findings.update(findings.items())
    return {
        "row": name,
        "recorded": False,
        "status": word,
        "conclusions": conclusions,
        "findings": findings,
        "advice": {name: urgency.word for name, urgency, _ in decision.advice},
        "fired": list(decision.chain(decision.inference.fired)),
        "missing": [[list(test) for test in one.tests] for one in missing(decision)],
        "quality": [
            {"measure": note.measure or note.about, "issue": note.issue, "used": note.used}
            for note in decision.panel.notes
        ],
    }
