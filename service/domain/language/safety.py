"""
Reading the section ``safety`` of ``ruleset.yaml``.

It stands there and in no file of its own because it speaks for the rule set as the scope does: whom
it is for, and what it promises them. So it is frozen, served and read again with that file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.language.places import at, line_of
from service.domain.language.words import citation
from service.domain.nodes import Mapping
from service.domain.rules import Comparison
from service.domain.safety import (
    AlwaysAdvise,
    NeverTogether,
    NeverUnless,
    NeverWeakens,
    OnlyTheseExclude,
    SafetyProperty,
)
from service.domain.scales import Certainty
from service.domain.thresholds import Citation

if TYPE_CHECKING:
    from collections.abc import Collection

    from service.domain.language.conditions import ConditionReader
    from service.domain.language.reader import Reader
    from service.domain.language.tree import Tree
    from service.domain.nodes import Node, Place
    from service.domain.release import Release
    from service.domain.rules import Group
    from service.domain.safety import Form

OWN = "own"
"""Instead of a source: the owner of the rule set demands it."""
TOGETHER, EXCLUDE = "never together", "only these rules may exclude"
GOES_WITH = {
    TOGETHER: "",
    "never confirmed": "unless",
    "never likely": "unless",
    EXCLUDE: "",
    "raising": "never weakens",
    "lowering": "never weakens",
    "always when": "advise",
}
"""The word that begins each form, and the one that goes with it."""
COMPANIONS = tuple(dict.fromkeys(word for word in GOES_WITH.values() if word))


class SafetyReader:
    """
    Reads safety properties.

    Args:
        conditions: Reads the conditions in them, and keeps faults.

        sources: Keys of publications.
    """

    def __init__(self, conditions: ConditionReader, sources: Collection[str]) -> None:
        self.conditions, self.reader, self.sources = conditions, conditions.reader, sources
        self.vocabulary = conditions.vocabulary

    def properties(self, node: Node | None) -> tuple[SafetyProperty, ...]:
        """Read all of them."""
        return tuple(found for item in self.reader.items(node, "safety") if (found := self.one(item)))

    def one(self, node: Node) -> SafetyProperty | None:
        """Read one property."""
        reader = self.reader
        optional = (*GOES_WITH, *COMPANIONS, "where", "read")
        fields = reader.mapping(node, "a safety property", ("because", "source"), optional)
        if fields is None:
            return None
        begun = [key for key, _ in fields if key.text in GOES_WITH]
        if len(begun) != 1:
            has = ", ".join(key.text for key in begun) or "none"
            reader.fault(fields.place, f"a safety property has exactly one of: {', '.join(GOES_WITH)}; it has {has}.")
            return None
        word = begun[0].text
        for companion in COMPANIONS:
            stands = fields.get(companion)
            if stands is None and companion == GOES_WITH[word]:
                reader.fault(
                    fields.place,
                    f"{word!r} has no {companion!r}, which goes with it; add it.",
                )
                return None
            if stands is not None and companion != GOES_WITH[word]:
                reader.fault(stands.place, f"{companion!r} does not go with {word!r}.")
        form = self.form(word, fields)
        because, cites = reader.text(fields.get("because"), "because"), self.cites(fields)
        return SafetyProperty(form, because, cites) if form is not None else None

    def cites(self, fields: Mapping, what: str = "a safety property") -> Citation:
        """Read who says so."""
        source = fields.get("source")
        if source is not None and getattr(source, "text", "").strip() == OWN:
            for word in ("where", "read"):
                if fields.get(word) is not None:
                    self.reader.fault(fields.index[word].place, f"{word!r} goes with a source, and {OWN!r} is none.")
            return Citation(OWN, "", OWN)
        self.reader.known(source, f"source, nor {OWN!r}", self.sources)
        return citation(self.reader, fields, f"{what} with a source")

    def form(self, word: str, fields: Mapping) -> Form | None:
        """Read what is promised."""
        reader, vocabulary, value = self.reader, self.vocabulary, fields.index[word]
        if word == TOGETHER:
            return self.together(value)
        if word == EXCLUDE:
            return self.exclude(value)
        if word == "always when":
            when = self.group(value, in_advice=True)
            advice = reader.known(fields.get("advise"), "advice", vocabulary.advice)
            return AlwaysAdvise(when, advice) if when is not None and advice else None
        if word in {"raising", "lowering"}:
            measure = reader.known(value, "measure", vocabulary.measures)
            conclusion = reader.known(fields.get("never weakens"), "conclusion", vocabulary.conclusions)
            return NeverWeakens(word == "raising", measure, conclusion) if measure and conclusion else None
        conclusion = reader.known(value, "conclusion", vocabulary.conclusions)
        unless = self.group(fields.get("unless"), in_advice=False)
        certainty = Certainty(word.removeprefix("never "))
        return NeverUnless(certainty, conclusion, unless) if unless is not None and conclusion else None

    def together(self, node: Node) -> NeverTogether | None:
        """Read two names of advice or conclusions."""
        known = (*self.vocabulary.advice, *self.vocabulary.conclusions)
        names = [self.reader.known(item, "advice or conclusion", known) for item in self.reader.items(node, TOGETHER)]
        if len(names) != len(("one", "other")) or len(set(names)) != len(names):
            self.reader.fault(node.place, f"{TOGETHER!r} takes two different names: [one, other].")
            return None
        return NeverTogether((names[0], names[1])) if all(names) else None

    def exclude(self, node: Node) -> OnlyTheseExclude | None:
        """Read a conclusion with the rules that may exclude it."""
        reader = self.reader
        fields = reader.mapping(node, EXCLUDE, ("conclusion", "rules"))
        conclusion = reader.known(fields.get("conclusion"), "conclusion", self.vocabulary.conclusions) if fields else ""
        rules = reader.texts(fields.get("rules"), "rule") if fields else ()
        return OnlyTheseExclude(conclusion, () if rules == ("none",) else rules) if conclusion else None

    def group(self, node: Node | None, *, in_advice: bool) -> Group | None:
        """Read a condition."""
        return self.conditions.group(node, in_advice=in_advice)


def check_safety(reader: Reader, release: Release, tree: Tree) -> None:
    """
    Hold properties against the rules, as far as their form alone tells.

    Args:
        reader: Keeps faults.

        release: The release as read.

        tree: Its files, for places.
    """
    section = tree.ruleset.get("safety") if isinstance(tree.ruleset, Mapping) else None
    for one, node in zip(release.ruleset.safety, reader.items(section, "safety"), strict=True):
        if isinstance(one.form, OnlyTheseExclude):
            _check_excluding(reader, release, one.form, at(node, EXCLUDE))
        asked = one.form.asks.conditions() if isinstance(one.form, NeverUnless | AlwaysAdvise) else ()
        for condition in asked:
            if isinstance(condition, Comparison) and condition.threshold not in release.thresholds_in_use:
                message = (
                    f"no rule in use compares with {condition.threshold}, so that nothing is known of "
                    "it here; name a limit that one does."
                )
                reader.fault(line_of(node, condition.measure), message, authors=True)


def _check_excluding(reader: Reader, release: Release, form: OnlyTheseExclude, place: Place) -> None:
    excluding = [
        rule.id for rule in release.giving.get(form.conclusion, ()) if rule.then.certainty is Certainty.EXCLUDED
    ]
    for name in form.rules:
        if name not in release.rules:
            hint = reader.nearest(name, release.rules)
            reader.fault(place, f"{name!r} is not a known rule in use. {hint}", authors=True)
        elif name not in excluding:
            reader.fault(place, f"{name} does not exclude {form.conclusion}; leave it out.", authors=True)
    for name in excluding:
        if name not in form.rules:
            allowed = f"only {', '.join(form.rules)} may" if form.rules else "no rule may"
            message = (
                f"{name} in {release.rules[name].file} excludes {form.conclusion}, and {allowed}; "
                "let it conclude unlikely, or add it here."
            )
            reader.fault(place, message, authors=True)
