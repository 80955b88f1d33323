"""
How a text is written in YAML: plain, in quotes, folded, or line by line.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.adapters.knowledge.written_yaml import Text

WIDTH = 120
EMPTY = "\0"
"""An empty line that belongs to a text."""
# Without quotes these would be read as no text by common editors, or as something else than a text.
NO_TEXT = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))
_SURELY_PLAIN = re.compile(r"[A-Za-z](?:[\w ./+*^()%=;'µ-]*[\w./+*^()%=;'µ-])?\Z")
_ESCAPED = re.compile(r"[\x7f-\xa0\ud800-\udfff\u2028\u2029\ufeff\ufffe\uffff]")
_BLANK = re.compile(r"[ \t]")
_AT_ONE_SPACE = re.compile(r"(?<! ) (?! )")


def on_one_line(text: Text | None, *, as_key: bool = False, in_flow: bool = False) -> str:
    """
    Return a text on one line.

    Args:
        text: The text.

        as_key: Whether a colon follows.

        in_flow: Whether it stands in brackets.

    Returns:
        Plain, or in quotes where they are needed; the quotes of its author where there is a choice.
    """
    if text is None:
        return ""
    value = text.value
    if not text.style and (value or not (as_key or in_flow)):
        return value
    if text.style in {'"', "'"}:
        if _SURELY_PLAIN.match(value) and value.lower() not in NO_TEXT:
            return value
        if not re.search(r"[\n\r\x85\u2028\u2029]", text.source):
            return text.source
    quoted = json.dumps(value, ensure_ascii=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


def as_block(text: Text, head: str, indent: int) -> list[str] | None:
    """
    Return a text folded, or line by line, below its key.

    Args:
        text: The text.

        head: The key, or dash.

        indent: Of its lines.

    Returns:
        The lines, the first with *head*; None if it cannot be written so.
    """
    body = text.value.removesuffix("\n")
    end = "" if text.value.endswith("\n") else "-"
    lines = body.split("\n")
    if not body or lines[-1] == "" or _ESCAPED.search(body) or re.search(r"[\x00-\x08\x0b-\x1f]", body):
        return None
    if text.style != "|" and not any(_odd(line) for line in lines) and lines[0]:
        folded = _as_written(text, indent) if text.style == ">" else None
        return [f"{head} >{end}", *(folded or _folded(lines, indent))]
    if _BLANK.match(lines[0]) or not lines[0] or any(line and not line.strip() for line in lines):
        return None
    return [f"{head} |{end}", *(_indented(line, indent) or EMPTY for line in lines)]


def as_plain_lines(text: Text, head: str, indent: int) -> list[str] | None:
    """Return a plain text over several lines, as it was broken or at the width; None if it is not plain."""
    if text.style or _odd(text.value) or "\n" in text.value:
        return None
    given = [line.strip() for line in text.source.splitlines()] or [""]
    lines = [f"{head} {given[0]}", *(_indented(line, indent) for line in given[1:])]
    if " ".join(given) == text.value and all(len(line) <= WIDTH for line in lines):
        return lines
    wrapped = list(_wrapped(text.value, WIDTH - len(head) - 1, WIDTH - indent))
    return [f"{head} {wrapped[0]}", *(_indented(line, indent) for line in wrapped[1:])]


def _odd(line: str) -> bool:
    """Return whether folding would not give a line back."""
    return line != line.strip(" ") or "\t" in line


def _as_written(text: Text, indent: int) -> list[str] | None:
    """Return the lines of a folded text as its author broke them, if they fit and say the same."""
    given = [line.strip() for line in text.source.splitlines()[1:]]
    if "" in given or " ".join(given) != text.value.removesuffix("\n"):
        return None
    lines = [_indented(line, indent) for line in given]
    return lines if all(len(line) <= WIDTH for line in lines) else None


def _folded(paragraphs: list[str], indent: int) -> list[str]:
    lines: list[str] = []
    for number, paragraph in enumerate(paragraphs):
        if number:
            lines.append(EMPTY)
        if paragraph:
            lines += [_indented(line, indent) for line in _wrapped(paragraph, WIDTH - indent, WIDTH - indent)]
    return lines


def _wrapped(text: str, first: int, others: int) -> list[str]:
    lines = [""]
    for word in _AT_ONE_SPACE.split(text):
        room = first if len(lines) == 1 else others
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines


def _indented(line: str, indent: int) -> str:
    return f"{' ' * indent}{line}" if line else ""
