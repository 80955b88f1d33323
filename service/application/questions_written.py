"""
What would settle a conclusion and what would change it, as JSON: names, exact numbers as text, and nodes.

Every fact is typed, so that sentences can be made of it; none is a sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.derivations import FOREVER
from service.domain.explanation.graph import Kind as Node
from service.domain.explanation.questions import Kind
from service.domain.figures import exact_text, interval_text, number_text
from service.domain.intervals import Interval

if TYPE_CHECKING:
    from service.application.change import ChangedValue, Changing, Counterfactual
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
        "now": answer_written(settling.now),
        "sets": [_set(release, settling, one) for one in settling.sets],
        "left_out": settling.left_out,
        "complete": settling.complete,
        "most_tests": settling.most,
        "checked": {"cells": settling.checked, "sampled": any(one.sampled for one in settling.sets)},
        "by": settling.by,
    } | ({} if settling.complete else {"undecided": "limit"})


def answer_written(answer: Answered) -> Document:
    """Return what is told of a conclusion: its certainty, null where nothing is, and whether it is contested."""
    certainty = None if answer is None else answer.certainty.value
    return {"certainty": certainty, "contested": answer is not None and answer.contested}


def _set(release: Release, settling: Settling, one: TestSet) -> Document:
    return {
        "tests": list(one.tests),
        "nodes": [*(f"{Node.MISSING}:{name}" for name in one.tests), f"{Node.CONCLUSION}:{settling.conclusion}"],
        "sufficient": True,
        "minimal": True,
        "tells_more": one.tells_more,
        "step": one.step,
        "sampled": one.sampled,
        "outcomes": [_outcome(release, outcome) for outcome in one.outcomes],
    }


def _outcome(release: Release, one: Settled) -> Document:
    return {
        "when": [_when(release, when) for when in one.when],
        "answer": answer_written(one.answer),
        "status": one.status.value,
    }


def _when(release: Release, one: When) -> Document:
    kind = _kind(release, one.name)
    told: Document = {"name": one.name, "kind": kind.value, "node": f"{Node.MISSING}:{one.name}"}
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
    unit = told["unit"]
    told["limits"] = [_bound(inside if end.inside else outside, end, unit) for outside, inside, end in ends if end]
    if sent.number is None:
        return told
    return told | {"example": exact_text(sent.number), "text": interval_text(Interval.exactly(sent.number), unit)}


def _bound(word: str, one: Bound, unit: str) -> Document:
    about = "" if number_text(one.limit) == exact_text(one.limit) else "about "
    text = about + interval_text(Interval.exactly(one.limit), unit)
    return {"word": word, "limit": exact_text(one.limit), "text": text, "thresholds": list(one.thresholds)}


def _kind(release: Release, name: str) -> Kind:
    words = release.vocabulary
    if name in words.attributes:
        return Kind.ATTRIBUTE
    if name in words.findings:
        return Kind.FINDING
    if name in words.events:
        return Kind.EVENT
    return Kind.QUANTITY if name in words.of_patients else Kind.RESULT


def changing_written(release: Release, changing: Changing) -> Document:
    """Return what would change a conclusion: the nearest panels, or that there is none, or that it is not known."""
    told: Document = {
        "of": "change",
        "conclusion": changing.conclusion,
        "now": answer_written(changing.now),
        "measures": list(changing.measures),
        "checked": {"cells": changing.checked, "sampled": False},
    }
    if changing.undecided:
        return told | {"undecided": changing.undecided}
    if changing.certificate is not None:
        return told | {"certificate": _certificate(changing.certificate)}
    return told | {"nearest": [_counterfactual(release, one) for one in changing.nearest]}


def _certificate(one: Impossible) -> Document:
    return {"measures": list(one.free), "most": one.most, "checked": one.checked, "by": one.by}


def _counterfactual(release: Release, one: Counterfactual) -> Document:
    return {
        "changes": [_changed(release, change) for change in one.changes],
        "answer": answer_written(one.answer),
        "status": one.status.value,
        "rerun": True,
    }


def _changed(release: Release, one: ChangedValue) -> Document:
    unit = release.vocabulary.measures[one.measure].unit
    return {
        "measure": one.measure,
        "node": f"{Node.MEASURE}:{one.measure}",
        "unit": unit,
        "from": [exact_text(end) for end in one.before.bounds],
        "from_text": interval_text(one.before, unit),
        "to": exact_text(one.after),
        "to_text": interval_text(Interval.exactly(one.after), unit),
        "step": exact_text(one.step),
        "steps": exact_text(one.steps) if one.steps is not None else None,
    }


__all__ = ["answer_written", "changing_written", "settling_written"]
