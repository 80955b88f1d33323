"""
Rules as they are written: when ... then ..., because, with evidence.

Conditions are a closed set of words. `all` or `any` or `at least N of` stand
outside, one other inside; a deeper need is a finding with a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from service.domain.thresholds import Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from service.domain.scales import Certainty, State, Urgency


@dataclass(frozen=True, slots=True)
class Comparison:
    """``ferritin: below iron-deficiency-ferritin``."""

    measure: str
    word: Word
    threshold: str

    @property
    def text(self) -> str:
        """The condition as it was written."""
        return f"{self.measure}: {self.word.value} {self.threshold}"


@dataclass(frozen=True, slots=True)
class AttributeTest:
    """``sex: is female``; *values* are what the words mean, *words* what was written."""

    attribute: str
    values: frozenset[str]
    negated: bool
    words: str

    @property
    def text(self) -> str:
        """The condition as it was written."""
        return f"{self.attribute}: {'is not' if self.negated else 'is'} {self.words}"


@dataclass(frozen=True, slots=True)
class FindingTest:
    """``inflammation: absent``; ``unknown`` in advice only."""

    finding: str
    state: State

    @property
    def text(self) -> str:
        """The condition as it was written."""
        return f"{self.finding}: {self.state.value}"


@dataclass(frozen=True, slots=True)
class KnownTest:
    """``ferritin: missing``, in advice only."""

    measure: str
    known: bool

    @property
    def text(self) -> str:
        """The condition as it was written."""
        return f"{self.measure}: {'known' if self.known else 'missing'}"


@dataclass(frozen=True, slots=True)
class CertaintyTest:
    """``iron-deficiency-anemia: at least likely``, in advice only."""

    conclusion: str
    least: Certainty

    @property
    def text(self) -> str:
        """The condition as it was written."""
        return f"{self.conclusion}: at least {self.least.value}"


@dataclass(frozen=True, slots=True)
class DoubtTest:
    """``CON-020: fired``, in advice only: whether a rule about results cast its doubt."""

    rule: str

    @property
    def text(self) -> str:
        """The condition as it was written."""
        return f"{self.rule}: fired"


Condition = Comparison | AttributeTest | FindingTest | KnownTest | CertaintyTest | DoubtTest


@dataclass(frozen=True, slots=True)
class Group:
    """
    ``all``, ``any`` or ``at least N of``, as one thing: how many members must hold.

    Attributes:
        word: As it was written.

        needed: How many of the members must be true.

        members: Conditions, and groups one level down.
    """

    word: str
    needed: int
    members: tuple[Condition | Group, ...]

    def conditions(self) -> Iterator[Condition]:
        """Yield every condition, in the order written."""
        for member in self.members:
            if isinstance(member, Group):
                yield from member.conditions()
            else:
                yield member


PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
"""A part of a reason that is filled in; see `placeholder`."""


def placeholder(text: str) -> tuple[Word | None, str]:
    """
    Read what stands between the braces of a reason.

    Args:
        text: A name, or a comparison such as ``above raised-lead``.

    Returns:
        The word of the comparison, or None where there is none, and the name.
    """
    for word in Word:
        if text.startswith(f"{word.value} "):
            return word, text.removeprefix(word.value).strip()
    return None, text


class Verb(StrEnum):
    """What a rule that fires does."""

    ESTABLISH = "establish"
    RULE_OUT = "rule out"
    CONCLUDE = "conclude"
    ADVISE = "advise"
    DOUBT = "doubt"


class Effect(StrEnum):
    """What a doubt does to a result."""

    SET_ASIDE = "set aside"
    READS_HIGH = "reads high"
    READS_LOW = "reads low"


class Doubt(NamedTuple):
    """One measure that a rule casts doubt on, and how."""

    effect: Effect
    measure: str


@dataclass(frozen=True, slots=True)
class Then:
    """
    The one effect of a rule.

    Attributes:
        verb: What it does.

        name: The finding, conclusion or advice; empty for a doubt.

        because: Sentence with placeholders: ``{name}``, and ``{above name}`` for a limit with the word of its row.

        certainty: Of a conclusion, else None.

        urgency: Of an advice, else None.

        any_scope: Whether the advice is given outside the scope too.

        doubts: Results that are set aside, read high or read low.

        within: Of an advice, the step table that says how soon it is due; or empty.
    """

    verb: Verb
    name: str
    because: str
    certainty: Certainty | None = None
    urgency: Urgency | None = None
    any_scope: bool = False
    doubts: tuple[Doubt, ...] = ()
    within: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    One passage for or against a rule.

    Attributes:
        source: Key in ``sources.yaml``.

        where: Locator.

        says: What it says, in our words, at most 25.

        supports: Whether it speaks for the rule.

        strength: As the source grades it.

        read: Verification level.
    """

    source: str
    where: str
    says: str
    supports: bool
    strength: str
    read: str


@dataclass(frozen=True, slots=True)
class Review:
    """Who keeps a rule, who reviewed it and when (None until a named person signs), and when it is due."""

    owner: str
    reviewed: str | None
    next: str

    def is_overdue(self, day: date) -> bool:
        """Return whether a rule should have been read again before a day."""
        return self.next < day.isoformat()


@dataclass(frozen=True, slots=True)
class Rule:
    """
    A rule.

    Attributes:
        id: Short stable id, never used again.

        title: One sentence.

        status: ``draft``, ``in-use`` or ``retired``.

        profiles: Profiles it is for; empty for all.

        when: The condition.

        then: The effect.

        rationale: Why, in plain words.

        evidence: Passages for and against.

        limits: Where it may be wrong.

        review: Upkeep.

        file: Where it stands, relative to the knowledge folder.
    """

    id: str
    title: str
    status: str
    profiles: tuple[str, ...]
    when: Group
    then: Then
    rationale: str
    evidence: tuple[Evidence, ...]
    limits: tuple[str, ...]
    review: Review
    file: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of its sources, in the order cited."""
        return tuple(dict.fromkeys(item.source for item in self.evidence))


@dataclass(frozen=True, slots=True)
class Source:
    """
    A publication.

    Attributes:
        key: Key that evidence cites by.

        fields: Title, by, year, kind and identifiers, as authored.
    """

    key: str
    fields: Mapping[str, str]
