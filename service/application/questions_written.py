"""
What would settle a conclusion and what would change it, as JSON: names, exact numbers as text, and nodes.

Every fact is typed, so that sentences can be made of it; none is a sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.derivations import FOREVER
from service.domain.explanation.questions import Kind
from service.domain.figures import exact_text

if TYPE_CHECKING:
    from service.application.change import Changing, Counterfactual
    from service.application.ports import Document
    from service.application.settle import Settled, Settling, TestSet
    from service.domain.explanation.outcomes import Bound, When
    from service.domain.explanation.questions import Answered, Impossible
    from service.domain.release import Release


def settling_written(release: Release, settling: Settling) -> Document:
    """Return what would settle a conclusion."""
    return {
        "of": "settle",
        "conclusion": settling.conclusion,
        "now": answer_written(settling.conclusion, settling.now),
        "sets": [_set(release, settling, one) for one in settling.sets],
        "left_out": settling.left_out,
        "complete": settling.complete,
        "most_tests": settling.most,
        "undecided": "" if settling.complete else "limit",
        "checked": {"cells": settling.checked, "sampled": any(one.sampled for one in settling.sets)},
        "by": settling.by,
    }


def answer_written(conclusion: str, answer: Answered) -> Document:
    """Return what is told of a conclusion: its certainty, null where nothing is, and whether it is contested."""
    certainty = None if answer is None else answer.certainty.value
    return {conclusion: certainty, "contested": answer is not None and answer.contested}


def _set(release: Release, settling: Settling, one: TestSet) -> Document:
    return {
        "tests": list(one.tests),
        "nodes": [*(_node(release, name) for name in one.tests), f"conclusion:{settling.conclusion}"],
        "sufficient": True,
        "minimal": True,
        "tells_more": one.tells_more,
        "step": one.step,
        "sampled": one.sampled,
        "outcomes": [_outcome(release, settling.conclusion, outcome) for outcome in one.outcomes],
    }


def _outcome(release: Release, conclusion: str, one: Settled) -> Document:
    return {
        "when": [_when(release, when) for when in one.when],
        "answer": answer_written(conclusion, one.answer),
        "status": one.status.value,
    }


def _when(release: Release, one: When) -> Document:
    kind = _kind(release, one.name)
    told: Document = {"name": one.name, "kind": kind.value, "node": _node(release, one.name)}
    sent = one.sent
    if kind is Kind.ATTRIBUTE:
        return told | {"word": sent.word}
    if kind is Kind.FINDING:
        return told | {"state": sent.state.value if sent.state is not None else "unknown"}
    if kind is Kind.EVENT:
        never = sent.number is None or sent.number >= FOREVER
        told |= {"never": never, "unit": "d"}
        if never:
            return told
    else:
        told["unit"] = release.vocabulary.measures[one.name].unit
    if sent.flag is not None:
        told["flag"] = sent.flag.value
    ends = (("above", "at least", one.low), ("below", "at most", one.high))
    told["limits"] = [_bound(inside if end.inside else outside, end) for outside, inside, end in ends if end]
    return told | {"example": exact_text(sent.number) if sent.number is not None else ""}


def _bound(word: str, one: Bound) -> Document:
    return {"word": word, "limit": exact_text(one.limit), "thresholds": list(one.thresholds)}


def _kind(release: Release, name: str) -> Kind:
    words = release.vocabulary
    if name in words.attributes:
        return Kind.ATTRIBUTE
    if name in words.findings:
        return Kind.FINDING
    if name in words.events:
        return Kind.EVENT
    return Kind.QUANTITY if name in words.of_patients else Kind.RESULT


def _node(release: Release, name: str) -> str:
    kind = _kind(release, name)
    return f"{'measure' if kind in {Kind.RESULT, Kind.QUANTITY} else kind.value}:{name}"


def changing_written(release: Release, changing: Changing) -> Document:
    """Return what would change a conclusion: the nearest panels, or that there is none, or that it is not known."""
    told: Document = {
        "of": "change",
        "conclusion": changing.conclusion,
        "now": answer_written(changing.conclusion, changing.now),
        "measures": list(changing.measures),
        "checked": {"cells": changing.checked, "sampled": False},
    }
    if changing.undecided:
        return told | {"undecided": changing.undecided}
    if changing.certificate is not None:
        return told | {"certificate": _certificate(changing.certificate)}
    return told | {"nearest": [_counterfactual(release, changing.conclusion, one) for one in changing.nearest]}


def _certificate(one: Impossible) -> Document:
    return {"measures": list(one.free), "most": one.most, "checked": one.checked, "by": one.by}


def _counterfactual(release: Release, conclusion: str, one: Counterfactual) -> Document:
    return {
        "changes": [
            {
                "measure": change.measure,
                "node": f"measure:{change.measure}",
                "unit": release.vocabulary.measures[change.measure].unit,
                "from": [exact_text(end) for end in change.before.bounds],
                "to": exact_text(change.after),
                "step": exact_text(change.step),
                "steps": exact_text(change.steps) if change.steps is not None else None,
            }
            for change in one.changes
        ],
        "answer": answer_written(conclusion, one.answer),
        "status": one.status.value,
        "rerun": True,
    }


__all__ = ["answer_written", "changing_written", "settling_written"]
