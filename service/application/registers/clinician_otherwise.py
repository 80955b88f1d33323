"""
For the clinician: what would settle a conclusion, and what would change it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.explanation.otherwise import answer_phrase, changes_phrase, outcomes_phrase
from service.application.explanation.said import said, small
from service.domain.explanation.graph import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.application.explanation.otherwise import Otherwise
    from service.application.explanation.said import Sentence
    from service.application.ports import Document

STANDS = "{conclusion} is {answer}."
TELLS = {
    True: "{tests} could tell more: {conclusion} would be {outcomes}.",
    False: "{tests} could only make it less sure: {conclusion} would be {outcomes}.",
}
SAMPLED = "For {tests} there are more outcomes than are told."
CHANGED = "It would be {answer} if {changes}."
NOTHING_SETTLES = "Nothing that was not sent would change it, nor would up to {most} such tests together."
LEFT_OUT = "More sets of tests than are told could change it: {many}."
NO_RESULTS = "There is no result that could differ."
NO_OTHER = "No other usual value of {measures} would change it{together}."
LIMIT = "Whether anything else would change it is not known: the search reached its limit."


class ClinicianOtherwise:
    """Speaks to the clinician about other panels."""

    def stands(self, one: Otherwise) -> Iterator[Sentence]:
        """Yield how the conclusion stands."""
        yield said(STANDS, [one.top], conclusion=one.title, answer=answer_phrase(one.told["now"]))

    def tests(self, one: Otherwise, told: Document) -> Iterator[Sentence]:
        """Yield what a set of tests could tell."""
        nodes = [f"{Kind.MISSING}:{name}" for name in told["tests"]]
        tests, outcomes = one.titles(nodes), outcomes_phrase(one, told)
        template = TELLS[told["tells_more"]]
        yield said(template, (one.top, *nodes), tests=tests, conclusion=small(one.title), outcomes=outcomes)
        if told["sampled"]:
            yield said(SAMPLED, nodes, tests=tests)

    def changed(self, one: Otherwise, told: Document) -> Iterator[Sentence]:
        """Yield which other results would have something else be told."""
        changes, nodes = changes_phrase(one, told)
        yield said(CHANGED, (one.top, *nodes), answer=answer_phrase(told["answer"]), changes=changes)

    def rest(self, one: Otherwise) -> Iterator[Sentence]:
        """Yield that nothing would do it, that there is more, or that it is not known."""
        told = one.told
        if told.get("left_out"):
            yield said(LEFT_OUT, [one.top], many=str(told["left_out"]))
        if "undecided" in told:
            yield said(LIMIT, [one.top])
        elif "certificate" in told:
            yield self._certificate(one, told["certificate"])
        elif told["of"] == "settle" and not told["sets"]:
            yield said(NOTHING_SETTLES, [one.top], most=str(told["most_tests"]))

    @staticmethod
    def _certificate(one: Otherwise, told: Document) -> Sentence:
        nodes = one.could_differ()
        if not nodes:
            return said(NO_RESULTS, [one.top])
        together = "" if len(nodes) == 1 else f", alone or up to {told['most']} together"
        return said(NO_OTHER, (one.top, *nodes), measures=one.titles(nodes), together=together)
