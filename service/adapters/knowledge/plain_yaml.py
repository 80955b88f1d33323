"""
The YAML that authors mostly write, read in one pass.

Block mappings and lists, plain and quoted texts on a line, plain texts over
several lines, folded and literal texts, brackets on one line, comments. Of all
else nothing is said: the file is then left to the full parser, and so is every
file with a mistake, which tells the mistake. For what is read here both give
the same tree with the same places; the tests compare them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.domain.nodes import Mapping, Place, Scalar, Sequence

if TYPE_CHECKING:
    from service.domain.nodes import Node

_STRANGE = re.compile(r"[^\n -~\xa1-\u2027\u202f-\ud7ff]| $|^(?:---|\.\.\.|%)", re.MULTILINE)
_KEY = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9 _./%*^-]{0,98}[A-Za-z0-9_./%*^-])?):(?: +|$)")
_QUOTED = re.compile(r"\"([^\"\\]*)\"|'([^']*)'")
_PLAIN = re.compile(r"(?:[A-Za-z0-9(<.+/=~^$\xa1-\u2027\u202f-\ud7ff]|-(?=[^ ]))")
_IN_BRACKETS = re.compile(r"(?:[A-Za-z0-9(<.+/=~^$]|-(?=[0-9A-Za-z]))[^,\[\]{}#:\"&!|>@`?\0]*")
_BLOCK = re.compile(r"([>|])(-?)\Z")
_REST = re.compile(r" *(?: #.*)?\Z")


class _NotPlainError(Exception):
    """The full parser must read this."""


def read_plainly(text: str, file: str, deepest: int) -> Node | None:
    """
    Read a file that is written plainly.

    Args:
        text: The file.

        file: Its name, for places.

        deepest: How many levels may stand in each other.

    Returns:
        The tree; None where the full parser must be asked.
    """
    if not text.endswith("\n") or _STRANGE.search(text):
        return None
    try:
        return _Lines(text, file, deepest).document()
    except _NotPlainError:
        return None


class _Lines:
    def __init__(self, text: str, file: str, deepest: int) -> None:
        self.file, self.deepest = file, deepest
        self.raw = text.split("\n")[:-1]
        self.lines: list[tuple[int, int, str]] = []
        """Indent, number and content of each line that is neither empty nor a comment."""
        for number, line in enumerate(self.raw):
            content = line.lstrip(" ")
            if content and content[0] != "#":
                self.lines.append((len(line) - len(content), number, content))
        self.lines.append((-1, len(self.raw), ""))
        self.at = 0

    def document(self) -> Node:
        tree = self.block(1)
        if self.lines[self.at][0] != -1:
            raise _NotPlainError
        return tree

    def block(self, depth: int) -> Node:
        indent, number, content = self.lines[self.at]
        if indent < 0 or depth > self.deepest:
            raise _NotPlainError
        place = Place(self.file, number + 1, indent + 1)
        if content.startswith("- "):
            return self.sequence(indent, place, depth)
        if _KEY.match(content):
            return self.mapping(indent, place, depth)
        raise _NotPlainError

    def mapping(self, indent: int, place: Place, depth: int) -> Node:
        entries: list[tuple[Scalar, Node]] = []
        seen: set[str] = set()
        while True:
            at, number, content = self.lines[self.at]
            if at < indent:
                return Mapping(tuple(entries), place)
            found = _KEY.match(content)
            if at > indent or found is None or found[1] in seen or depth >= self.deepest:
                raise _NotPlainError
            seen.add(found[1])
            key = Scalar(found[1], Place(self.file, number + 1, indent + 1))
            if found.end() == len(content):
                self.at += 1
                below = self.lines[self.at][0]
                if below < indent or (below == indent and not self.lines[self.at][2].startswith("- ")):
                    raise _NotPlainError
                entries.append((key, self.block_below(below, indent, depth + 1)))
            else:
                entries.append((key, self.value(indent, indent + found.end(), content[found.end() :], depth + 1)))

    def block_below(self, below: int, indent: int, depth: int) -> Node:
        if below > indent:
            return self.block(depth)
        # A list may stand as far out as its key; what follows it there is no member.
        _, number, _ = self.lines[self.at]
        return self.sequence(indent, Place(self.file, number + 1, indent + 1), depth)

    def sequence(self, indent: int, place: Place, depth: int) -> Node:
        items: list[Node] = []
        while True:
            at, number, content = self.lines[self.at]
            if at < indent or (at == indent and not content.startswith("- ")):
                return Sequence(tuple(items), place)
            if at > indent or depth >= self.deepest:
                raise _NotPlainError
            rest = content[1:].lstrip(" ")
            column = indent + len(content) - len(rest)
            if rest.startswith("- ") or _KEY.match(rest):
                # What the member holds begins on its line.
                self.lines[self.at] = (column, number, rest)
                items.append(self.block(depth + 1))
            else:
                items.append(self.value(indent, column, rest, depth + 1))

    def value(self, indent: int, column: int, rest: str, depth: int) -> Node:
        """Read what stands behind a key or a dash, and go on to the next line that does not belong to it."""
        number = self.lines[self.at][1]
        place = Place(self.file, number + 1, column + 1)
        self.at += 1
        block = _BLOCK.match(rest)
        if block:
            return Scalar(self.text_below(indent, number, folded=block[1] == ">") + ("" if block[2] else "\n"), place)
        if rest[0] in "[{":
            # A mark ends the text, so that nothing looks behind it.
            node, end = self.bracket(f"{rest}\0", 0, place, depth)
        elif rest[0] in "\"'":
            quoted = _QUOTED.match(rest)
            if quoted is None:
                raise _NotPlainError
            node, end = Scalar(quoted[1] or quoted[2] or "", place), quoted.end()
        else:
            return Scalar(self.plain(indent, rest), place)
        if not _REST.match(rest, end) or self.lines[self.at][0] > indent:
            raise _NotPlainError
        return node

    def plain(self, indent: int, first: str) -> str:
        """Read a plain text to its end, which may stand some lines below."""
        parts = [first]
        if " #" in first:
            parts = [first[: first.index(" #")].rstrip(" ")]
            if self.lines[self.at][0] > indent:
                raise _NotPlainError
        while self.lines[self.at][0] > indent:
            _, number, content = self.lines[self.at]
            if number != self.lines[self.at - 1][1] + 1 or " #" in content:
                raise _NotPlainError
            parts.append(content)
            self.at += 1
        text = " ".join(parts)
        if (
            not _PLAIN.match(text)
            or ": " in text
            or any(part[-1] == ":" or part[:2] in {"- ", "? ", "-", "?"} for part in parts)
        ):
            raise _NotPlainError
        return text

    def text_below(self, indent: int, number: int, *, folded: bool) -> str:
        """Read a folded or literal text, without its last break."""
        while self.lines[self.at][0] > indent:
            self.at += 1
        # Comments are text here, where they are indented so; so the lines are taken as they are.
        last = self.lines[self.at][1]
        lines = self.raw[number + 1 : last]
        while lines and not lines[-1]:
            lines.pop()
        inside = len(lines[0]) - len(lines[0].lstrip(" ")) if lines else 0
        if inside <= indent or any(line and line[:inside].strip(" ") for line in lines):
            raise _NotPlainError
        told = [line[inside:] for line in lines]
        if not folded:
            return "\n".join(told)
        if any(line[:1] == " " for line in told):
            raise _NotPlainError
        paragraphs = re.split(r"(\n\n+)", "\n".join(told))
        return "".join(one[1:] if one[:1] == "\n" else one.replace("\n", " ") for one in paragraphs)

    # -- brackets ----------------------------------------------------------

    def bracket(self, text: str, at: int, start: Place, depth: int) -> tuple[Node, int]:
        """Read what stands in brackets, in a text that begins at a place, and return where it ends."""
        keyed, close = text[at] == "{", "}" if text[at] == "{" else "]"
        place = _along(start, at)
        entries: list[tuple[Scalar, Node]] = []
        items: list[Node] = []
        at = _after_space(text, at + 1)
        while text[at] != close:
            node, at = self.in_bracket(text, at, start, depth + 1)
            if keyed:
                known = {key.text for key, _ in entries}
                if not isinstance(node, Scalar) or text[at : at + 2] != ": " or node.text in known:
                    raise _NotPlainError
                value, at = self.in_bracket(text, _after_space(text, at + 1), start, depth + 1)
                entries.append((node, value))
            else:
                items.append(node)
            at = _after_space(text, at)
            if text[at] == ",":
                at = _after_space(text, at + 1)
                if text[at] == close:
                    raise _NotPlainError
            elif text[at] != close:
                raise _NotPlainError
        return (Mapping(tuple(entries), place) if keyed else Sequence(tuple(items), place)), at + 1

    def in_bracket(self, text: str, at: int, start: Place, depth: int) -> tuple[Node, int]:
        if depth > self.deepest:
            raise _NotPlainError
        if text[at] in "[{":
            return self.bracket(text, at, start, depth)
        found = _QUOTED.match(text, at)
        if found:
            return Scalar(found[1] or found[2] or "", _along(start, at)), found.end()
        found = _IN_BRACKETS.match(text, at)
        if found is None:
            raise _NotPlainError
        return Scalar(found[0].rstrip(" "), _along(start, at)), found.end()


def _along(start: Place, by: int) -> Place:
    return Place(start.file, start.line, start.column + by)


def _after_space(text: str, at: int) -> int:
    while text[at] == " ":
        at += 1
    return at
