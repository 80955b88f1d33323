"""
What was answered to a published case, and whether that is right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from service.application.evaluate import Question
from service.domain.errors import FerruleError, PanelError
from service.domain.question import status
from service.domain.scales import Certainty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.application.evaluate import Evaluate
    from service.domain.decision import Decision
    from service.domain.given import GivenFinding, GivenResult
    from tests.published.cases import PublishedCase

FORCE = {"possible": 1, "likely": 2, "confirmed": 3}
SOURCE_SAYS = (("anemia", "anemia"), ("microcytic", "microcytosis"))
"""Labels of the collection with the finding that each is about."""

STATES = {True: "present", False: "absent"}


class Word(StrEnum):
    """The verdict on one case."""

    RIGHT = "right"
    WRONG = "wrong"
    NOT_COVERED = "not yet covered"


@dataclass(frozen=True)
class Answered:
    """
    What the service says, as far as a case asks.

    Attributes:
        findings: State of each derived finding.

        conclusions: Certainty of each conclusion.

        status: Of the decision.

        advice: Next steps, the most urgent first.

        notes: Measures with an issue of quality, as pairs.

        words: Names of the conclusions and pieces of advice that the release knows.
    """

    findings: dict[str, str]
    conclusions: dict[str, str]
    status: str
    advice: tuple[str, ...]
    notes: frozenset[tuple[str, str]]
    words: frozenset[str]

    @classmethod
    def of(cls, decision: Decision) -> Answered:
        """Take from a decision what cases ask for."""
        return cls(
            {name: state.value for name, state in decision.findings},
            {name: verdict.certainty.value for name, verdict in decision.conclusions},
            status(decision).value,
            tuple(name for name, _, _ in decision.advice),
            frozenset((note.measure or note.about, note.issue) for note in decision.panel.notes),
            frozenset((*decision.release.vocabulary.conclusions, *decision.release.vocabulary.advice)),
        )


@dataclass(frozen=True)
class Verdict:
    """
    One case, judged.

    Attributes:
        case: The case.

        answered: What the service says, or None where it refused the panel.

        word: Right, wrong, or not yet covered.

        why: What is wrong, or what is not covered.

        agreed: For each label of the source that could be compared, whether the answer agrees.
    """

    case: PublishedCase
    answered: Answered | None
    word: Word
    why: tuple[str, ...]
    agreed: dict[str, bool]


def judge(evaluate: Evaluate, case: PublishedCase, expectations: dict[str, Any]) -> Verdict:
    """
    Evaluate a case and judge the answer.

    Args:
        evaluate: The use case.

        case: The case.

        expectations: ``expected.yaml``.

    Returns:
        The verdict. An answer is wrong when it says the opposite of the source, when it says what
        the source calls wrong, and when it does not say what ``expected.yaml`` asks for. Where the
        diagnosis is outside of the topic, it is right when it is not wrong, and gives a next step to
        whomever the source calls anemic.
    """
    try:
        case, answered = as_answered(evaluate, case, expectations["profile"])
    except PanelError as error:
        why = tuple(f"refused: {fault.pointer}: {fault.detail}" for fault in error.faults)
        return Verdict(case, None, Word.NOT_COVERED, why, {})
    except FerruleError as error:
        return Verdict(case, None, Word.WRONG, (str(error),), {})
    wanted = expectations["cases"].get(case.id) or _general(case, expectations)
    agreed = _agreement(case, answered)
    wrong = [
        *_against_source(case, answered, wanted),
        *_forbidden(case, answered, expectations["must not"]),
        *_unmet(answered, wanted),
    ]
    if wrong:
        return Verdict(case, answered, Word.WRONG, tuple(wrong), agreed)
    beyond = _beyond(case, answered, wanted["answer"])
    if beyond:
        return Verdict(case, answered, Word.NOT_COVERED, (beyond,), agreed)
    why = tuple(f"outside: {reason}" for label, reason in wanted["answer"].items() if label == "outside")
    return Verdict(case, answered, Word.RIGHT, why, agreed)


def _beyond(case: PublishedCase, answered: Answered, answer: dict[str, str]) -> str:
    """Return why an answer that is not wrong is not right either, or nothing."""
    name = answer.get("conclusion")
    if name and name not in answered.words:
        return f"the release has no conclusion {name}"  # an older one knows fewer words
    if "outside" in answer and case.expected.get("anemia") and not answered.advice:
        return answer["outside"]
    return answer.get("not covered", "")


def as_answered(evaluate: Evaluate, case: PublishedCase, profile: str) -> tuple[PublishedCase, Answered]:
    """Evaluate a case; results and findings that are refused are left out and named, as a caller would do."""
    try:
        return case, Answered.of(evaluate.decision(Question(case.panel, b"", profile=profile)))
    except PanelError as error:
        refused = {fault.pointer: fault.detail for fault in error.faults}
        panel = case.panel

        def taken(one: GivenResult | GivenFinding) -> bool:
            return not any(f"{pointer}/".startswith(f"{one.pointer}/") for pointer in refused)

        results, findings = tuple(filter(taken, panel.results)), tuple(filter(taken, panel.findings))
        if len(results) + len(findings) == len(panel.results) + len(panel.findings):
            raise
        left = replace(
            case,
            panel=replace(panel, results=results, findings=findings),
            not_read=(*case.not_read, *refused.values()),
        )
        return left, Answered.of(evaluate.decision(Question(left.panel, b"", profile=profile)))


def _general(case: PublishedCase, expectations: dict[str, Any]) -> dict[str, Any]:
    """Return what to expect of a case that ``expected.yaml`` does not name."""
    for diagnosis in case.expected.get("diagnosis", ()):
        if diagnosis in expectations["diagnoses"]:
            return {"answer": expectations["diagnoses"][diagnosis]}
    return {"answer": {"not covered": "expected.yaml says nothing about this case or its diagnosis"}}


def _agreement(case: PublishedCase, answered: Answered) -> dict[str, bool]:
    return {
        label: answered.findings.get(finding) == STATES[case.expected[label]]
        for label, finding in SOURCE_SAYS
        if label in case.expected
    }


def _against_source(case: PublishedCase, answered: Answered, wanted: dict[str, Any]) -> Iterator[str]:
    """Yield what is opposite to the source's own words, or open where that was not expected."""
    named = "also" in wanted
    settled = {one["finding"]: one["is"] for one in wanted.get("also", ()) if "finding" in one}
    for label, finding in SOURCE_SAYS:
        if label not in case.expected:
            continue
        says, state = STATES[case.expected[label]], answered.findings.get(finding, "unknown")
        opposite = {says, state} == set(STATES.values())
        left_open = state not in STATES.values() and settled.get(finding) != state
        if opposite or (left_open and named):
            yield f"{finding} is {state}, the source says {says}"


def _forbidden(case: PublishedCase, answered: Answered, meanings: dict[str, Any]) -> Iterator[str]:
    for label in case.expected.get("must_not", ()):
        meaning = meanings.get(label, {})
        if "finding" in meaning and answered.findings.get(meaning["finding"]) == meaning["is"]:
            yield f"must not: {label}"
        if meaning.get("advice") in answered.advice:
            yield f"must not: {label}"
        if "conclusion" in meaning:
            certainty = answered.conclusions.get(meaning["conclusion"], "")
            reached = "from" in meaning and FORCE.get(certainty, 0) >= FORCE[meaning["from"]]
            if reached or (certainty and certainty == meaning.get("never")):
                yield f"must not: {label} ({certainty})"


def unjudged(case: PublishedCase, meanings: dict[str, Any]) -> tuple[str, ...]:
    """Return the ``must_not`` labels of a case that this release can neither keep nor break."""
    return tuple(
        label
        for label in case.expected.get("must_not", ())
        if not {"finding", "conclusion", "advice"} & set(meanings.get(label, {}))
    )


def _unmet(answered: Answered, wanted: dict[str, Any]) -> Iterator[str]:
    for one in (wanted["answer"], *wanted.get("also", ())):
        # What an older release has no word for it cannot say.
        if {one.get("conclusion"), one.get("advice")} & answered.words or "finding" in one:
            yield from _unmet_one(answered, one)
    for measure, issue in wanted.get("quality", {}).items():
        if (measure, issue) not in answered.notes:
            yield f"no note that {measure} is {issue}"


def _unmet_one(answered: Answered, one: dict[str, Any]) -> Iterator[str]:
    if "finding" in one:
        state = answered.findings.get(one["finding"], "unknown")
        if state != one["is"]:
            yield f"{one['finding']} is {state}, expected {one['is']}"
    elif "advice" in one:
        if one["advice"] not in answered.advice:
            yield f"{one['advice']} is not advised"
    elif "conclusion" in one:
        name = one["conclusion"]
        certainty = answered.conclusions.get(name, "not concluded")
        if "is" in one and certainty != Certainty(one["is"]).value:
            yield f"{name} is {certainty}, expected {one['is']}"
        if "at least" in one and FORCE.get(certainty, 0) < FORCE[one["at least"]]:
            yield f"{name} is {certainty}, expected at least {one['at least']}"
