"""
Reading conditions: closed words over measures, attributes, findings and conclusions.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from service.domain.language.contradictions import refuse_contradictions
from service.domain.language.meant import JOINING, comparisons, meant, no_condition
from service.domain.language.reader import mistyped
from service.domain.language.words import RULE_ID
from service.domain.nodes import Mapping, Scalar, Sequence
from service.domain.rules import AttributeTest, CertaintyTest, Comparison, DoubtTest, FindingTest, Group, KnownTest
from service.domain.scales import Certainty, State
from service.domain.thresholds import Word

if TYPE_CHECKING:
    from service.domain.language.reader import Reader
    from service.domain.nodes import Node
    from service.domain.rules import Condition
    from service.domain.thresholds import Numbers
    from service.domain.vocabulary import Vocabulary

MAX_CONDITIONS = 12
FIRED = "fired"
MAX_MEMBERS_OF_COUNT = 5
_AT_LEAST = re.compile(r"at least ([2-5]) of\Z")
_COMPARISON = re.compile(rf"({'|'.join(word.value for word in Word)}) ([a-z0-9-]+)\Z")


class ConditionReader:
    """
    Reads conditions.

    Args:
        reader: Keeps faults.

        vocabulary: For the names that conditions are about.

        numbers: For the thresholds they compare with.
    """

    def __init__(self, reader: Reader, vocabulary: Vocabulary, numbers: Numbers) -> None:
        self.reader, self.vocabulary, self.numbers = reader, vocabulary, numbers

    def group(self, node: Node | None, *, in_advice: bool, inside: str | None = None) -> Group | None:
        """Read ``all``, ``any`` or ``at least N of``."""
        reader = self.reader
        before = len(reader.problems)
        if node is None:
            return None
        fields = node if isinstance(node, Mapping) else None
        if fields is None or len(fields.entries) != 1 or not self.is_group(fields.entries[0][0].text):
            reader.fault(
                node.place,
                "Conditions stand under exactly one of: all, any, at least N of (N from 2 to 5).",
            )
            return None
        key, value = fields.entries[0]
        kind = "at least" if key.text not in {"all", "any"} else key.text
        if kind == inside:
            reader.fault(
                key.place,
                f"{key.text!r} inside {inside!r} says nothing new; put its lines one level up.",
                authors=True,
            )
        if (isinstance(value, Sequence) and not value.items) or (isinstance(value, Scalar) and not value.text):
            message = f"{key.text!r} holds no condition; write under it what must hold, or leave it out."
            reader.fault(key.place, message)
            return None
        members = tuple(
            member
            for item in reader.items(value, key.text)
            if (member := self.member(item, in_advice=in_advice, outside=kind, deep=inside is not None))
        )
        count = _AT_LEAST.match(key.text)
        if count and not int(count[1]) <= len(members) <= MAX_MEMBERS_OF_COUNT:
            reader.fault(
                key.place,
                f"{key.text!r} takes {count[1]} to {MAX_MEMBERS_OF_COUNT} members, and has {len(members)}; "
                "more than that is counted by a measure with 'count of'.",
            )
        group = Group(key.text, int(count[1]) if count else 1 if kind == "any" else len(members), members)
        size = len(list(group.conditions()))
        if inside is None and size > MAX_CONDITIONS:
            reader.fault(
                key.place,
                f"A rule has at most {MAX_CONDITIONS} conditions, and this one has {size}; "
                "let some of them establish a finding in a rule of their own, and ask about that.",
            )
        if inside is None and len(reader.problems) == before:
            refuse_contradictions(reader, group, fields, self.vocabulary.attributes)
        return group if members else None

    @staticmethod
    def is_group(word: str) -> bool:
        """Return whether a word begins a group."""
        return word in {"all", "any"} or _AT_LEAST.match(word) is not None

    def member(self, node: Node, *, in_advice: bool, outside: str, deep: bool) -> Condition | Group | None:
        """Read one line of a group, or a group inside it."""
        reader = self.reader
        fields = node if isinstance(node, Mapping) else None
        if fields is None or len(fields.entries) != 1:
            reader.fault(node.place, no_condition(node, self.vocabulary, self.numbers))
            return None
        key, value = fields.entries[0]
        if self.is_group(key.text):
            if deep:
                reader.fault(
                    key.place,
                    "Conditions go two levels deep; name the inner one as a finding with its own rule.",
                )
                return None
            return self.group(fields, in_advice=in_advice, inside=outside)
        if key.text in JOINING:
            reader.fault(key.place, f"{key.text!r} joins nothing here; {JOINING[key.text]}.")
            return None
        if isinstance(value, Scalar) and not value.text.strip():
            reader.text(value, key.text)
            return None
        return self.condition(key, value, in_advice=in_advice)

    def condition(self, key: Scalar, value: Node, *, in_advice: bool) -> Condition | None:
        """Read one line such as ``ferritin: below iron-deficiency-ferritin``."""
        text = self.reader.text(value, key.text)
        vocabulary = self.vocabulary
        if key.text in vocabulary.measures:
            return self.of_measure(key, value, text, in_advice=in_advice)
        if key.text in vocabulary.attributes:
            return self.of_attribute(key, value, text)
        if key.text in vocabulary.findings:
            return self.of_finding(key, value, text, in_advice=in_advice)
        if key.text in vocabulary.conclusions:
            return self.of_conclusion(key, value, text, in_advice=in_advice)
        if RULE_ID.match(key.text):
            return self.of_doubt(key, value, in_advice=in_advice)
        known = [
            *vocabulary.measures,
            *vocabulary.attributes,
            *vocabulary.findings,
            *(vocabulary.conclusions if in_advice else ()),
        ]
        hint = self.reader.nearest(key.text, known)
        message = f"{key.text!r} is not in the vocabulary. {hint} Names are listed in vocabulary.yaml."
        self.reader.fault(key.place, message)
        return None

    def only_in_advice(self, node: Node, word: str) -> None:
        """Refuse a word that asks about not knowing."""
        self.reader.fault(
            node.place,
            f"{word!r} asks about not knowing and stands in rules that advise only, "
            "so that a new result never takes a conclusion back.",
        )

    def of_finding(self, key: Scalar, value: Node, text: str, *, in_advice: bool) -> Condition | None:
        """Read ``present``, ``absent``, and in advice ``unknown``."""
        states = ("present", "absent", "unknown") if in_advice else ("present", "absent")
        if text == "unknown" and not in_advice:
            self.only_in_advice(value, text)
            return None
        state = self.reader.one_of(value, "state of a finding", states)
        return FindingTest(key.text, State(state)) if text in states else None

    def of_conclusion(self, key: Scalar, value: Node, text: str, *, in_advice: bool) -> Condition | None:
        """Read ``at least likely``, in advice."""
        if not in_advice:
            self.reader.fault(
                key.place,
                f"{key.text!r} is a conclusion, and only rules that advise may ask about those; "
                "ask about the findings on which it rests.",
            )
            return None
        words = {f"at least {c.value}": c for c in (Certainty.POSSIBLE, Certainty.LIKELY, Certainty.CONFIRMED)}
        chosen = self.reader.one_of(value, "certainty", words)
        return CertaintyTest(key.text, words[chosen]) if text in words else None

    def of_doubt(self, key: Scalar, value: Node, *, in_advice: bool) -> Condition | None:
        """Read ``fired``, in advice; which rules it may be said of is known once all are read."""
        if not in_advice:
            self.reader.fault(key.place, f"Only advice may read whether {key.text} fired; chain on findings.")
            return None
        word = self.reader.one_of(value, "outcome of a rule about results", (FIRED,))
        return DoubtTest(key.text) if word == FIRED else None

    def of_measure(self, key: Scalar, value: Node, text: str, *, in_advice: bool) -> Condition | None:
        """Read a comparison, and in advice ``known`` or ``missing``."""
        if text in {"known", "missing"}:
            if in_advice:
                return KnownTest(key.text, text == "known")
            self.only_in_advice(value, text)
            return None
        match = _COMPARISON.match(text)
        if match is None or match[2].isdigit():
            number = " A number belongs in thresholds.yaml, under a name." if re.search(r"\d", text) else ""
            told = comparisons(self.numbers, key.text, meant(text))
            self.reader.fault(value.place, f"{text!r} is not a comparison. {mistyped(text)}{told}{number}")
            return None
        word = Word(match[1])
        threshold = self.numbers.thresholds.get(match[2])
        if threshold is None:
            near = get_close_matches(match[2], self.numbers.thresholds, 1, 0.6)
            fits = [one for one in near if self.numbers.thresholds[one].of == key.text]
            hint = f"Did you mean {fits[0]!r}?" if fits else comparisons(self.numbers, key.text, word)
            message = f"{match[2]!r} is not a threshold. {hint} Thresholds are listed in thresholds.yaml."
            self.reader.fault(value.place, message)
            return None
        if threshold.of != key.text:
            told = comparisons(self.numbers, key.text, word)
            self.reader.fault(value.place, f"{threshold.name} is a limit of {threshold.of}, not of {key.text}. {told}")
        elif word.side is not threshold.side:
            right = " or ".join(w.value for w in Word if w.side is threshold.side)
            self.reader.fault(
                value.place,
                f"{threshold.name} is a limit on the {threshold.side.value} side; write {right}.",
            )
        return Comparison(key.text, word, threshold.name)

    def of_attribute(self, key: Scalar, value: Node, text: str) -> Condition | None:
        """Read ``is v``, ``is not v``, ``is a or b``."""
        attribute = self.vocabulary.attributes[key.text]
        match = re.match(r"is (not )?(.+)\Z", text)
        meaning = attribute.meaning(match[2]) if match else None
        if match is None or meaning is None:
            accepted = ", ".join((*attribute.values, *attribute.groups))
            self.reader.fault(
                value.place,
                f"{text!r} is not a condition on {key.text}; write is, or is not, then one of {accepted}, or several "
                "joined by or.",
            )
            return None
        if meaning == frozenset(attribute.values):
            holds = "holds of nobody" if match[1] else "holds of everybody"
            message = f"'{key.text}: {text}' {holds}; name fewer values, or leave the line out."
            self.reader.fault(value.place, message, authors=True)
        return AttributeTest(key.text, meaning, match[1] is not None, match[2])
