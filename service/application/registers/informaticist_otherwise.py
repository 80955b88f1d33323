"""
For the informaticist: what would settle a conclusion and what would change it, by names, limits and steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.explanation.otherwise import answer_phrase
from service.application.explanation.said import listed, named
from service.domain.explanation.graph import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.application.explanation.otherwise import Otherwise
    from service.application.explanation.said import Sentence
    from service.application.ports import Document

STANDS = "{conclusion} is {answer}."
TESTS = "{tests} (step {step}; {tells}): {outcomes}."
TELLS = {True: "could tell more", False: "could only take back"}
SAMPLED = "Not all outcomes of {tests} are told."
CHANGED = "{answer} ({status}) with {changes}."
NOTHING_SETTLES = "No set of up to {most} missing inputs changes it."
LEFT_OUT = "Sets that are not told, the least useful: {many}."
NO_RESULTS = "No input that may differ bears on it."
NO_OTHER = "No values of {measures}, up to {most} at once, change it."
LIMIT = "undecided: limit. The search ended before it had looked at everything."


class InformaticistOtherwise:
    """Speaks to the informaticist about other panels."""

    def stands(self, one: Otherwise) -> Iterator[Sentence]:
        """Yield how the conclusion stands."""
        yield named(STANDS, [one.top], conclusion=one.conclusion, answer=answer_phrase(one.told["now"]))

    def tests(self, one: Otherwise, told: Document) -> Iterator[Sentence]:
        """Yield a set of tests with each of its outcomes."""
        nodes = [f"{Kind.MISSING}:{name}" for name in told["tests"]]
        tests = " with ".join(told["tests"])
        outcomes = "; ".join(_outcome(outcome) for outcome in told["outcomes"])
        tells = TELLS[told["tells_more"]]
        yield named(TESTS, (one.top, *nodes), tests=tests, step=str(told["step"]), tells=tells, outcomes=outcomes)
        if told["sampled"]:
            yield named(SAMPLED, nodes, tests=tests)

    def changed(self, one: Otherwise, told: Document) -> Iterator[Sentence]:
        """Yield another panel, with how far off it is."""
        changes = listed([_change(change) for change in told["changes"]])
        nodes = (one.top, *(change["node"] for change in told["changes"]))
        answer = answer_phrase(told["answer"])
        yield named(CHANGED, nodes, answer=answer, status=told["status"], changes=changes)

    def rest(self, one: Otherwise) -> Iterator[Sentence]:
        """Yield that nothing would do it, that there is more, or that it is not known."""
        told = one.told
        if told.get("left_out"):
            yield named(LEFT_OUT, [one.top], many=str(told["left_out"]))
        if "undecided" in told:
            yield named(LIMIT, [one.top])
        elif "certificate" in told:
            nodes, most = one.could_differ(), str(told["certificate"]["most"])
            template = NO_OTHER if nodes else NO_RESULTS
            yield named(template, (one.top, *nodes), measures=listed(told["measures"]), most=most)
        elif told["of"] == "settle" and not told["sets"]:
            yield named(NOTHING_SETTLES, [one.top], most=str(told["most_tests"]))


def _outcome(outcome: Document) -> str:
    told = " and ".join(_when(when) for when in outcome["when"])
    return f"{answer_phrase(outcome['answer'])} ({outcome['status']}) with {told}"


def _when(when: Document) -> str:
    name = when["name"]
    if "word" in when or "state" in when:
        return f"{name}: {when.get('word') or when['state']}"
    if when.get("never"):
        return f"{name}: never"
    flag = f" flag {when['flag']}" if "flag" in when else ""
    limits = " and ".join(f"{end['word']} {end['text']}{_by(end)}" for end in when["limits"])
    return f"{name}{flag} {limits or when.get('text', '')}".rstrip() + ("" if limits else " (for example)")


def _by(end: Document) -> str:
    return f" ({' or '.join(end['thresholds'])})" if end["thresholds"] else ""


def _change(change: Document) -> str:
    steps = f"; {change['steps']} steps of {change['step']}" if change["steps"] is not None else "; for example"
    return f"{change['measure']} {change['to_text']} (now {change['from_text']}{steps})"
