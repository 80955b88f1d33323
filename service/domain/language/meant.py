"""
What was meant by a line that is no condition: the words of other languages, and what stands for them here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.domain.language.reader import FEW, mistyped
from service.domain.nodes import Mapping, Scalar
from service.domain.thresholds import Word

if TYPE_CHECKING:
    from service.domain.nodes import Node
    from service.domain.thresholds import Numbers
    from service.domain.vocabulary import Vocabulary

JOINING = {
    "and": "lines under 'all' must all hold; leave it out, or write 'all' inside 'any'",
    "or": "write 'any' over the lines of which one is enough",
    "not": "write 'absent' for 'present', 'is not' for 'is', or the opposite comparison",
    "none": "write 'absent' for each finding under 'all'",
}
"""Words that join conditions elsewhere, and what to write instead."""
_WORDS: dict[str, Word] = {
    "<": Word.BELOW, "<=": Word.AT_MOST, "=<": Word.AT_MOST, "\u2264": Word.AT_MOST, "under": Word.BELOW,
    "less than": Word.BELOW, "lower than": Word.BELOW, "smaller than": Word.BELOW,
    ">": Word.ABOVE, ">=": Word.AT_LEAST, "=>": Word.AT_LEAST, "\u2265": Word.AT_LEAST, "over": Word.ABOVE,
    "more than": Word.ABOVE, "higher than": Word.ABOVE, "greater than": Word.ABOVE,
    **{word.value: word for word in Word},
}  # fmt: skip
"""Signs and other words that are written for a comparison."""
_SIGN = re.compile("|".join(re.escape(one) for one in sorted(_WORDS, key=len, reverse=True)))


def meant(text: str) -> Word | None:
    """Return the comparison that a text begins with, in whatever words, or None."""
    sign = _SIGN.match(text)
    return _WORDS[sign[0]] if sign else None


def comparisons(numbers: Numbers, measure: str, word: Word | None = None) -> str:
    """
    Return a sentence on how a measure may be compared.

    Args:
        numbers: For its limits.

        measure: The measure.

        word: The comparison that was meant, where that can be seen.

    Returns:
        One condition or two that can be written, and which other limits there are.
    """
    limits = [one for one in numbers.thresholds.values() if one.of == measure]
    if not limits:
        return f"{measure} has no limit yet; write one in thresholds.yaml."
    first = next((one for one in limits if word is not None and word.side is one.side), limits[0])
    words = [word] if word is not None and word.side is first.side else [one for one in Word if one.side is first.side]
    more = [one.name for one in limits if one is not first]
    also = f" Its other limits: {', '.join(more[:FEW])}{' ...' if len(more) > FEW else ''}." if more else ""
    return f"Write {' or '.join(repr(f'{measure}: {one.value} {first.name}') for one in words)}.{also}"


def no_condition(node: Node, vocabulary: Vocabulary, numbers: Numbers) -> str:
    """
    Return what is wrong with a line that is no condition, and the line that may have been meant.

    Args:
        node: The line.

        vocabulary: For the name with which it may begin.

        numbers: For limits of a measure.

    Returns:
        The message.
    """
    message = "A condition is one line: a name, a colon and a space, and what must hold of it."
    if isinstance(node, Mapping) and node.entries:
        return f"{message} Begin each with a hyphen of its own."
    given = node.text.strip() if isinstance(node, Scalar) else ""
    name, _, rest = re.sub(r"(?<=[a-z0-9])[: ]", "\0", given, count=1).partition("\0")
    if name in vocabulary.measures:
        return f"{message} {comparisons(numbers, name, meant(rest.strip()))}"
    if name in vocabulary.findings:
        return f"{message} Write '{name}: present' or '{name}: absent'."
    return f"{message} {mistyped(given)}".strip()
