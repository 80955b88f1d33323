"""
Questions about other panels: which results, sent besides or instead, would change what is told.

One question, two ways to answer it: by trying cells, and by a solver. Both answer in the same words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from service.domain.scales import Certainty
from service.domain.semantics import Verdict

if TYPE_CHECKING:
    from fractions import Fraction

    from service.domain.given import GivenPanel
    from service.domain.intervals import Interval
    from service.domain.laboratory import Flag
    from service.domain.release import Profile, Release
    from service.domain.scales import State

Answered = Verdict | None
"""What is told of a conclusion; None where nothing is."""

EVERY_ANSWER: tuple[Answered, ...] = (
    *(Verdict(certainty, contested=False) for certainty in Certainty),
    Verdict(Certainty.POSSIBLE, contested=True),
    None,
)
"""Everything that can be told of a conclusion."""


class Kind(StrEnum):
    """What an input is."""

    RESULT = "result"
    QUANTITY = "quantity"
    ATTRIBUTE = "attribute"
    FINDING = "finding"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Input:
    """
    Something that a caller can send, and which values of it are asked about.

    Attributes:
        name: In the vocabulary.

        kind: What it is.

        values: Of what has a number, those it may have, in the canonical unit.

        step: What its numbers are multiples of; None for any number.

        at: The number it has now; None where it has none, or not exactly.

        flags: Whether the laboratory's flag may come with it.
    """

    name: str
    kind: Kind
    values: Interval | None = None
    step: Fraction | None = None
    at: Fraction | None = None
    flags: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """
    One input as another panel would have it.

    Attributes:
        name: In the vocabulary.

        number: Of what has one: its value, or days since an event.

        word: Of an attribute.

        state: Of a finding.

        flag: The laboratory's, where one comes with it.

        steps: How many steps lie between its number now and this one.
    """

    name: str
    number: Fraction | None = None
    word: str = ""
    state: State | None = None
    flag: Flag | None = None
    steps: Fraction | None = None


@dataclass(frozen=True)
class Question:
    """
    Which fewest inputs, at which values, would have something else be told of a conclusion.

    Attributes:
        release: The whole release.

        profile: How it is read.

        given: The panel as it was sent.

        conclusion: What is asked about.

        wanted: What would have to be told; any of these.

        free: Inputs that may be sent, or have other values; all else stays as it is.

        most: Most inputs that are looked for at once.

        steps: Whether, of equally many inputs, the fewest steps are sought.
    """

    release: Release
    profile: Profile
    given: GivenPanel
    conclusion: str
    wanted: frozenset[Answered]
    free: tuple[Input, ...]
    most: int
    steps: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """
    Inputs that would do it.

    Attributes:
        sent: The inputs, with values at which they do; none of them can be left out.

        answer: What would be told.

        checked: How many panels were looked at.
    """

    sent: tuple[Sent, ...]
    answer: Answered
    checked: int

    @property
    def names(self) -> frozenset[str]:
        """The inputs' names."""
        return frozenset(one.name for one in self.sent)


@dataclass(frozen=True, slots=True)
class Impossible:
    """
    That nothing would do it, with how it is known.

    Attributes:
        free: The inputs that were free.

        most: How many of them were tried at once.

        checked: How many panels were looked at.

        by: ``cells`` where every cell was tried, ``solver`` where it was proved.
    """

    free: tuple[str, ...]
    most: int
    checked: int
    by: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """That it is not known: a limit was reached, or the way of answering is not exact here."""

    why: str
    checked: int = 0


Answer = Found | Impossible | Undecided


@dataclass(frozen=True, slots=True)
class Sets:
    """
    Every smallest set of inputs that would do it.

    Attributes:
        found: One for each set, the smallest first; none holds another.

        complete: Whether there are no others of at most the number asked for.

        checked: How many panels were looked at.

        by: ``cells`` or ``solver``.
    """

    found: tuple[Found, ...]
    complete: bool
    checked: int
    by: str
