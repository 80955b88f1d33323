"""
Reading trees of text strictly: every fault is kept with its place, and reading goes on.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING

from service.domain.errors import Problem
from service.domain.nodes import Mapping, Scalar, Sequence
from service.domain.quantities import parse_number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from fractions import Fraction

    from service.domain.nodes import Node, Place

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_WHOLE = re.compile(r"-?\d+\Z")
MAX_TEXT = 2000
"""Longest text of one field, in characters."""
FEW = 12
"""How many words are told at once: a line's worth."""
MOST_NEAR = 3
"""How many names may be meant, so that it is worth asking which."""
HOMES = {
    "source": "sources.yaml",
    "measure": "vocabulary.yaml",
    "reported measure": "vocabulary.yaml",
    "derived finding": "vocabulary.yaml",
    "conclusion": "vocabulary.yaml",
    "advice": "vocabulary.yaml",
    "step table": "thresholds.yaml",
}
"""Where names of a kind are written before anything may use them."""
_DASHES = "\u2012\u2013\u2014\u2015\u2212"
_BULLETS = "\u2022\u00b7\u25cf\u25e6\u25aa"
_QUOTES = "\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"
_LOOKALIKE = re.compile(f"(?P<hyphen>[{_DASHES}{_BULLETS}])|(?P<quote>[{_QUOTES}])|(?P<close>\\A-(?=[a-z]))")


def mistyped(text: str) -> str:
    """Return a sentence, and a space, on a dash, a bullet or a quote as word processors set them; or nothing."""
    found = _LOOKALIKE.search(text)
    if found is None:
        return ""
    return {
        "hyphen": f"The {found[0]} is not a hyphen; type - and, in a list, a space behind it. ",
        "quote": f'The {found[0]} is not a quote that is read; type " or leave it out. ',
        "close": "Type a space behind the hyphen of a list. ",
    }[str(found.lastgroup)]


class Reader:
    """
    Collects the faults of a tree while its parts are read.

    Some faults make a rule set unsafe to run: a name that there is not, a unit that does not fit,
    a patient without a row. Others only its author must mend: a review that is missing, a sentence
    that is too long, a rule that stands twice. A release was published by a program that knew fewer
    of the second kind, and it must stay readable for as long as decisions rest on it; so these are
    kept while knowledge is authored, and passed over when a release is read.

    Args:
        authoring: Whether an author is there to mend what is found.
    """

    def __init__(self, *, authoring: bool = True) -> None:
        self.authoring = authoring
        self.problems: list[Problem] = []

    def fault(self, place: Place, message: str, *, authors: bool = False) -> None:
        """
        Keep one fault.

        Args:
            place: Where it is.

            message: What is wrong, and what to write instead.

            authors: Whether it concerns authors only, and the rule set is safe to run with it.
        """
        if self.authoring or not authors:
            self.problems.append(Problem(place.file, place.line, place.column, message))

    def mapping(
        self,
        node: Node | None,
        what: str,
        required: Collection[str] = (),
        optional: Collection[str] = (),
        *,
        wanted: Collection[str] = (),
        ordered: bool = False,
    ) -> Mapping | None:
        """
        Read a mapping with known keys.

        Args:
            node: The node.

            what: What it is, for messages.

            required: Keys that must be there, in order.

            optional: Keys that may be there. Without any key named, any may.

            wanted: Keys that an author must write, and without which a release is safe to run.

            ordered: Whether keys must stand in the order *required*, *wanted*, *optional* name them.

        Returns:
            The mapping, or None if it is none.
        """
        if not isinstance(node, Mapping):
            if isinstance(node, Scalar) and not node.text:
                self.fault(node.place, f"{what} is empty; write below it, indented, what belongs there.")
            elif node is not None:
                self.fault(node.place, f"{what} must be keys with values, written key: value.")
            return None
        allowed = [*required, *wanted, *optional]
        last = -1
        for key, value in node:
            if allowed and key.text not in allowed:
                self.unknown_key(key, value, what, allowed, node)
            elif ordered:
                position = allowed.index(key.text)
                if position < last:
                    self.fault(
                        key.place,
                        f"{key.text!r} stands too late in {what}; the order is: {', '.join(allowed)}. "
                        "'ferrule fmt' puts it right.",
                        authors=True,
                    )
                last = max(last, position)
        for name in (*required, *wanted):
            if node.get(name) is None:
                self.fault(node.place, f"{what} has no {name!r}; add it.", authors=name in wanted)
        return node

    def unknown_key(self, key: Scalar, value: Node, what: str, allowed: Collection[str], inside: Mapping) -> None:
        """Refuse a key that is none of *what*; without a value it is the rest of a text with a comma."""
        before = next((one for (_, one), (after, _) in pairwise(inside) if after is key), None)
        empty = isinstance(value, Scalar) and not value.text
        if empty and key.text.isdecimal() and isinstance(before, Scalar) and _WHOLE.match(before.text):
            message = f"'{before.text},{key.text}' is not a number here; write {before.text}.{key.text}."
        elif empty:
            message = f"{key.text!r} has no value. A text with a comma inside {{ }} must stand in quotes."
        else:
            message = f"{key.text!r} is not a key of {what}. {self.nearest(key.text, allowed)}"
        self.fault(key.place, message)

    @staticmethod
    def nearest(given: str, known: Collection[str]) -> str:
        """Return a sentence with the nearest known word, or with what is known; first what was typed amiss."""
        # A name that holds all that was typed as one of its parts is meant, rather than one that looks like it.
        holding = [name for name in known if given and f"-{given}-" in f"-{name}-"]
        near = holding if 0 < len(holding) <= MOST_NEAR else get_close_matches(given, list(known), 1, 0.6)
        if near:
            return f"{mistyped(given)}Did you mean {' or '.join(repr(str(name)) for name in near)}?"
        names = sorted(known)
        more = f", and {len(names) - FEW} more" if len(names) > FEW else ""
        return f"{mistyped(given)}Accepted: {', '.join(names[:FEW])}{more}."

    def text(self, node: Node | None, what: str) -> str:
        """Read one text; an empty one is a fault."""
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            colon = " A text with a colon and a space inside must stand in quotes." if isinstance(node, Mapping) else ""
            self.fault(node.place, f"{what} must be one text, not a list and not keys with values.{colon}")
            return ""
        text = node.text.strip()
        if not text:
            self.fault(node.place, f"{what} is empty; write it, or leave its key out.")
        elif len(text) > MAX_TEXT:
            message = f"{what} has {len(text)} characters; at most {MAX_TEXT} are read."
            self.fault(node.place, message, authors=True)
        return text

    def one_of(self, node: Node | None, what: str, choices: Collection[str], default: str = "") -> str:
        """Read one of several words."""
        if node is None:
            return default
        text = self.text(node, what)
        if text in choices:
            return text
        if text:
            article = "an" if what[:1] in "aeiou" else "a"
            # Of few words all are told: the nearest in its letters may be far in its meaning.
            told = f"Accepted: {', '.join(sorted(choices))}." if len(choices) <= FEW else self.nearest(text, choices)
            self.fault(node.place, f"{text!r} is not {article} {what}. {told}")
        # Faulty all the same; the reading goes on with a word that can be read.
        return default or next(iter(choices), "")

    def texts(self, node: Node | None, what: str) -> tuple[str, ...]:
        """Read a list of texts, or one text."""
        return tuple(self.text(item, what) for item in self.items(node, what))

    def items(self, node: Node | None, what: str) -> tuple[Node, ...]:
        """Read a list; one thing alone stands for a list of one."""
        if node is None:
            return ()
        if isinstance(node, Sequence):
            if not node.items:
                self.fault(node.place, f"{what} is an empty list; fill it, or leave it out.")
            return node.items
        return (node,)

    def entries(self, node: Node | None, what: str) -> Iterator[tuple[Scalar, Node]]:
        """Yield named entries whose keys are well-formed names."""
        mapping = self.mapping(node, what)
        for key, value in mapping or ():
            if not NAME.match(key.text):
                name = re.sub(r"[^a-z0-9]+", "-", key.text.lower()).strip("-")
                hint = f" Write {name}." if NAME.match(name) else ""
                self.fault(key.place, f"{key.text!r} is not a name; names are lower case, joined by hyphens.{hint}")
                continue
            yield key, value

    def known(self, node: Node | None, what: str, names: Collection[str]) -> str:
        """Read a name that must be declared."""
        text = self.text(node, what)
        if node is not None and text and text not in names:
            told, home = self.nearest(text, names), HOMES.get(what)
            new = f" A new one is written in {home} first." if home and not told.endswith("?") else ""
            self.fault(node.place, f"{text!r} is not a known {what}. {told}{new}")
            return ""
        return text

    def number(self, node: Node | None, what: str) -> Fraction | None:
        """Read a decimal number."""
        text = self.text(node, what)
        if node is None or not text:
            return None
        try:
            return parse_number(text)
        except ValueError as error:
            hint = "; write it with a decimal point and without a unit" if "decimal" in str(error) else ""
            self.fault(node.place, f"{what}: {error}{hint}.")
            return None
