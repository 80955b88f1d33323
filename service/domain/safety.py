"""
Safety properties: what a rule set promises of its answers, whatever its rules become.

There are five forms and no more. Rules say what follows from a panel; properties say what must never
follow, or always. They decide nothing: a rule set is held against them while it is tested.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.rules import Group

if TYPE_CHECKING:
    from service.domain.rules import Condition
    from service.domain.scales import Certainty
    from service.domain.thresholds import Citation


@dataclass(frozen=True, slots=True)
class NeverTogether:
    """No patient gets both: an advice that is given, a conclusion that is at least likely."""

    names: tuple[str, str]

    @property
    def text(self) -> str:
        """The property as it was written."""
        return f"never together: {', '.join(self.names)}"


@dataclass(frozen=True, slots=True)
class NeverUnless:
    """A conclusion is not confirmed, or not even likely, unless a condition surely holds."""

    certainty: Certainty
    conclusion: str
    asks: Group

    @property
    def names(self) -> tuple[str, ...]:
        """What it is about."""
        return (self.conclusion,)

    @property
    def text(self) -> str:
        """The property as it was written."""
        return f"never {self.certainty.value}: {self.conclusion}, unless {_text(self.asks)}"


@dataclass(frozen=True, slots=True)
class OnlyTheseExclude:
    """No other rule than these may exclude a conclusion; that is a matter of form, and holds of every answer."""

    conclusion: str
    rules: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What it is about."""
        return (self.conclusion,)

    @property
    def text(self) -> str:
        """The property as it was written."""
        return f"only these rules may exclude {self.conclusion}: {', '.join(self.rules) or 'none'}"


@dataclass(frozen=True, slots=True)
class NeverWeakens:
    """A result that is higher (or lower) and otherwise the same never makes a conclusion less sure."""

    raising: bool
    measure: str
    conclusion: str

    @property
    def names(self) -> tuple[str, ...]:
        """What it is about."""
        return (self.conclusion,)

    @property
    def text(self) -> str:
        """The property as it was written."""
        return f"{'raising' if self.raising else 'lowering'} {self.measure} never weakens {self.conclusion}"


@dataclass(frozen=True, slots=True)
class AlwaysAdvise:
    """Whenever a condition holds, in the scope or outside of it, an advice is given."""

    asks: Group
    advice: str

    @property
    def names(self) -> tuple[str, ...]:
        """What it is about."""
        return (self.advice,)

    @property
    def text(self) -> str:
        """The property as it was written."""
        return f"always when {_text(self.asks)}, advise: {self.advice}"


Form = NeverTogether | NeverUnless | OnlyTheseExclude | NeverWeakens | AlwaysAdvise


@dataclass(frozen=True, slots=True)
class SafetyProperty:
    """
    One promise.

    Attributes:
        form: What is promised.

        because: Why it matters.

        cites: Who says so; the source ``own`` where the owner of the rule set does.
    """

    form: Form
    because: str
    cites: Citation


def _text(node: Group | Condition) -> str:
    return f"{node.word} ({', '.join(map(_text, node.members))})" if isinstance(node, Group) else node.text
