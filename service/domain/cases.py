"""
Cases: a patient, what is to be expected, and the source that says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from service.domain.given import GivenPanel
    from service.domain.scales import Certainty, State

GENERATED = "generated, unconfirmed"
"""The basis of a case that expects what the program answered: no evidence."""


@dataclass(frozen=True, slots=True)
class Advised:
    """
    What is expected of a next step that must be given; what it does not say is not checked.

    Attributes:
        urgency: How urgent it must be, or empty.

        days: Within which time it must be due, or None.

        within: That time as it was written.
    """

    urgency: str = ""
    days: Fraction | None = None
    within: str = ""


@dataclass(frozen=True, slots=True)
class Expectation:
    """
    What a case expects; what it does not name is not checked.

    Attributes:
        status: Status of the decision, or empty.

        findings: State of each finding named.

        conclusions: Certainty of each conclusion named.

        not_concluded: Conclusions that must not be listed.

        advice: Advice that must be given, each with how soon.

        not_advised: Advice that must not be given.

        fired: Rules that must fire.

        not_fired: Rules that must be decided and not fire.

        undecided: Rules that must be undecided, with what is missing.

        quality: Issue expected of a measure or attribute.
    """

    status: str = ""
    findings: Mapping[str, State] = field(default_factory=dict)
    conclusions: Mapping[str, Certainty] = field(default_factory=dict)
    not_concluded: tuple[str, ...] = ()
    advice: Mapping[str, Advised] = field(default_factory=dict)
    not_advised: tuple[str, ...] = ()
    fired: tuple[str, ...] = ()
    not_fired: tuple[str, ...] = ()
    undecided: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    quality: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """
    One case beside a rule.

    Attributes:
        rule: The rule whose file it stands beside.

        name: One sentence.

        basis: Source, locator and words that the expectation rests on; empty where it was generated.

        profile: Profile it is read in.

        given: The patient.

        expect: What is to be expected.

        file, line: Where it stands.
    """

    rule: str
    name: str
    basis: Mapping[str, str]
    profile: str
    given: GivenPanel
    expect: Expectation
    file: str
    line: int

    @property
    def is_generated(self) -> bool:
        """Whether it expects what the program answered, which nobody has confirmed."""
        return not self.basis
