"""
What the service answers to the rows of a file, and which of its answers count as saying something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from service import bootstrap
from service.adapters.system import utc_now
from service.adapters.tables.csv_panels import read_table
from service.adapters.tables.read_mapping import read_mapping
from service.application.evaluate import DEFAULT_PROFILE, Evaluate, Question
from service.config import Settings
from service.domain.decision import Decision
from service.domain.given import GivenPanel
from service.domain.quantities import parse_quantity
from service.domain.release import Release
from service.domain.scales import Certainty, State
from service.domain.vocabulary import Vocabulary
from tests.published.cases import PublishedCase
from tests.published.verdicts import as_answered
from tests.real_data.data_sets import MAPPINGS, Target

VOTES = "thalassemia-index-votes"
CODED = {Target.CARRIER: ("D56.", "D57.", "D58.2"), Target.IRON: ("D50.", "E61.1"), Target.ANEMIA: ()}
"""What a conclusion is about, by the start of one of its ICD-10-CM codes, so that new conclusions need no list here."""
FINDINGS = {
    Target.CARRIER: "thalassemia-indices-positive",
    Target.IRON: "iron-deficiency",
    Target.ANEMIA: "anemia",
}
ADVICE = {Target.CARRIER: "hemoglobin-analysis", Target.IRON: "measure-ferritin"}
LIKELY = (Certainty.CONFIRMED, Certainty.LIKELY)


@dataclass(frozen=True)
class Said:
    """
    What is kept of one answer.

    Attributes:
        conclusions: Each conclusion that is told, with its certainty.

        findings: The state of each finding.

        advice: What is advised.

        fired: Rules that fired.

        votes: How many indices surely favor the trait.

        aside: Measures of which a result was not used, each with the reason.

        faults: Why the row could not be decided; all else is empty then.
    """

    conclusions: Mapping[str, Certainty]
    findings: Mapping[str, State]
    advice: frozenset[str]
    fired: frozenset[str]
    votes: int
    aside: tuple[tuple[str, str], ...]
    faults: tuple[str, ...] = ()

    @classmethod
    def of(cls, decision: Decision) -> Said:
        """Return what is kept of a decision."""
        votes = decision.facts.values.get(VOTES)
        return cls(
            {name: verdict.certainty for name, verdict in decision.conclusions},
            dict(decision.findings),
            frozenset(name for name, _, _ in decision.advice),
            frozenset(decision.fired),
            int(votes.interval.low.value or 0) if votes else 0,
            tuple((note.measure or note.about, note.issue) for note in decision.panel.notes if not note.used),
        )


class Service:
    """
    The service as `ferrule evaluate` asks it, without a record.

    Args:
        draft: Whether to ask the working copy instead of the newest release.
    """

    def __init__(self, *, draft: bool) -> None:
        self._evaluate: Evaluate = bootstrap.evaluation(Settings.from_env(), draft=draft)
        self.release: Release = self._evaluate.decision(Question(GivenPanel(utc_now()), b"")).release

    def said(self, panel: GivenPanel, profile: str = DEFAULT_PROFILE) -> Said:
        """Return what is answered to a panel."""
        return Said.of(self._evaluate.decision(Question(panel, b"", profile=profile)))

    def readable(self, case: PublishedCase) -> GivenPanel:
        """Return the panel of a published case, without the results that are refused."""
        return as_answered(self._evaluate, case, DEFAULT_PROFILE)[0].panel

    def panels(
        self, file: Path, mapping: str, assume: Mapping[str, str] | None = None, said: Mapping[str, str] | None = None
    ) -> Iterator[GivenPanel | tuple[str, ...]]:
        """
        Yield the rows of a file as panels, or the faults that keep one from being a panel.

        Args:
            file: CSV.

            mapping: Its mapping's file name.

            assume: Attributes with the word to be assumed.

            said: Quantities of the patient, as text.

        Yields:
            One item a row, in order.
        """
        read = read_mapping(MAPPINGS / mapping, self.release.vocabulary)
        for row in read_table(file, read, utc_now()):
            if row.panel is None:
                yield tuple(fault.detail for fault in row.faults)
                continue
            yield replace(
                row.panel,
                assume={name: (word, f"/assume/{name}") for name, word in (assume or {}).items()},
                quantities={
                    **row.panel.quantities,
                    **{name: (parse_quantity(text), f"/patient/{name}") for name, text in (said or {}).items()},
                },
            )

    def answers(
        self, file: Path, mapping: str, assume: Mapping[str, str] | None = None, said: Mapping[str, str] | None = None
    ) -> list[Said]:
        """Return what is answered to each row of a file, in order."""
        return [
            Said({}, {}, frozenset(), frozenset(), 0, (), one) if isinstance(one, tuple) else self.said(one)
            for one in self.panels(file, mapping, assume, said)
        ]


def about(vocabulary: Vocabulary, target: Target) -> frozenset[str]:
    """Return the conclusions that say that somebody has what is looked for, by their codes."""
    return frozenset(
        name
        for name, conclusion in vocabulary.conclusions.items()
        if any(code.code.startswith(CODED[target]) for code in conclusion.codes)
    )


def readings(vocabulary: Vocabulary, target: Target) -> dict[str, Callable[[Said], bool | None]]:
    """
    Return the ways in which an answer may say that somebody has what is looked for.

    Args:
        vocabulary: Of the release that answers.

        target: What is looked for.

    Returns:
        For each way, in words, what tells whether an answer says so; None where a finding stays unknown.
    """
    conclusions, finding = about(vocabulary, target), FINDINGS[target]

    def concluded(*certainties: Certainty) -> Callable[[Said], bool | None]:
        return lambda said: any(said.conclusions.get(name) in certainties for name in conclusions)

    def found(said: Said) -> bool | None:
        return {State.PRESENT: True, State.ABSENT: False}.get(said.findings.get(finding, State.UNKNOWN))

    ways = {f"finds {finding}": found}
    if target in ADVICE:
        ways = {
            f"concludes {target.value}, at least as possible": concluded(*LIKELY, Certainty.POSSIBLE),
            f"concludes {target.value}, at least as likely": concluded(*LIKELY),
            **ways,
            f"advises {ADVICE[target]}": lambda said: ADVICE[target] in said.advice,
        }
    return ways
