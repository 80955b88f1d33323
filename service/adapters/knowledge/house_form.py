"""
The house form of YAML: fields in order, indented by two, 120 columns, quotes where needed.

An author's choices that read well are kept: where a text is broken, whether a
list stands in brackets, empty lines, the columns of comments. What is too long
for its line is broken, and what stands in brackets and does not fit is written a
line each. A file that would mean something else afterwards is refused.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from service.adapters.knowledge.strict_yaml import parse_yaml
from service.adapters.knowledge.written_texts import EMPTY, WIDTH, as_block, as_plain_lines, on_one_line
from service.adapters.knowledge.written_yaml import Block, Entry, Text, read_written
from service.domain.errors import KnowledgeError, Problem
from service.domain.language.fields import FREE, in_order
from service.domain.nodes import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.domain.language.fields import Fields
    from service.domain.nodes import Plain

STEP = 2
IN_BRACKETS = frozenset((
    "advice", "basis", "complete", "conclusions", "findings", "fired", "not advised", "not concluded", "not fired",
    "profiles", "review", "undecided",
))  # fmt: skip
"""Fields that are written on one line where they fit."""
FOR_EDITORS = "# yaml-language-server: $schema="


def in_house_form(raw: bytes, file: str, fields: Fields = FREE, schema: str = "") -> bytes:
    """
    Rewrite a file in the house form.

    Args:
        raw: The file.

        file: Its name, for messages.

        fields: The order of its fields.

        schema: Where its schema stands, which its first line then tells editors; empty to leave that line alone.

    Returns:
        The file in the house form; in that form it stays as it is.

    Raises:
        KnowledgeError: If it is not strict YAML, or would mean something else.
    """
    before = parse_yaml(raw, file)
    root = read_written(raw.decode())
    if schema:
        root.above = [f"{FOR_EDITORS}{schema}", *(line for line in root.above if not line.startswith(FOR_EDITORS))]
    told = sorted(_comments(root))
    arrange(root, fields)
    written = ("\n".join(_tidy(_Writer().root(root))) + "\n").encode()
    try:
        kept = plain(parse_yaml(written, file)) == plain(before)
    except KnowledgeError:
        kept = False
    if not kept or sorted(_comments(read_written(written.decode()))) != told:
        message = "The house form would change what this file says; it is left as it is. Write it more plainly."
        raise KnowledgeError([Problem(file, 0, 0, message)])
    return written


def written_anew(value: Plain, in_brackets: frozenset[str] = IN_BRACKETS) -> list[str]:
    """
    Write a plain value as YAML.

    Args:
        value: The value.

        in_brackets: Fields that are written on one line where they fit.

    Returns:
        Lines.
    """
    return _Writer().root(Entry(None, _piece(value, in_brackets)))


def _piece(value: Plain, in_brackets: frozenset[str], *, small: bool = False) -> Text | Block:
    if isinstance(value, str):
        return Text(value) if _is_plain(value) else Text(value, '"', "\n")
    keyed = isinstance(value, dict)
    pairs = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    entries = [
        Entry(None if key is None else Text(key), _piece(item, in_brackets, small=key in in_brackets))
        for key, item in pairs
    ]
    simple = all(isinstance(one.value, Text) and _is_plain(one.value.value, "[{}]") for one in entries)
    return Block(keyed, small and simple, entries)


@lru_cache(maxsize=8192)
def _is_plain(text: str, within: str = "- {}") -> bool:
    """Return whether a text needs no quotes, in a list or in brackets."""
    try:
        return plain(parse_yaml(within.format(text).encode(), "")) == [text]
    except KnowledgeError:
        return False


def arrange(entry: Entry, fields: Fields) -> None:
    """Put the fields of an entry, and of all below it, in order."""
    block = entry.value
    if not isinstance(block, Block):
        return
    for inner in block.entries:
        name = inner.key.value if inner.key else None
        arrange(inner, fields if name is None else fields.get(name, fields.get("*")) or FREE)
    if block.keyed and "*" not in fields:
        names = [inner.key.value if inner.key else "" for inner in block.entries]
        order = in_order(names, fields)
        if order != sorted(order):
            # Empty lines stand between places, not between fields.
            spaces = [_parted(inner.above) for inner in block.entries]
            for position, (old, (space, _)) in enumerate(zip(order, spaces, strict=True)):
                block.entries[old].above = [*(space if position or old == 0 else []), *spaces[old][1]]
            block.entries = [block.entries[old] for old in order]


def _parted(above: list[str]) -> tuple[list[str], list[str]]:
    """Return the empty lines that come first, and the rest."""
    count = next((number for number, line in enumerate(above) if line), len(above))
    return above[:count], above[count:]


def _comments(entry: Entry) -> Iterator[str]:
    yield from (line for line in entry.above if line)
    yield from (text for _, text in entry.beside)
    if isinstance(entry.value, Block):
        for inner in entry.value.entries:
            yield from _comments(inner)
        yield from (line for line in entry.value.below if line)


def _tidy(lines: list[str]) -> Iterator[str]:
    """Leave out empty lines at the start, and all but the first of several, except in texts."""
    before = ""
    for line in lines:
        if line or before:
            yield "" if line == EMPTY else line
        before = line


class _Writer:
    def root(self, entry: Entry) -> list[str]:
        lines = [*entry.above, *(text for _, text in entry.beside)]
        if isinstance(entry.value, Block) and entry.value.entries:
            lines += self.block(entry.value, 0)
        elif isinstance(entry.value, Block):
            lines += ["{}" if entry.value.keyed else "[]", *entry.value.below]
        else:
            lines += [on_one_line(entry.value) or '""']
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def block(self, block: Block, indent: int) -> list[str]:
        lines: list[str] = []
        for entry in block.entries:
            lines += self.entry(entry, indent)
        return lines + [_indented(line, indent) for line in block.below]

    def entry(self, entry: Entry, indent: int) -> list[str]:
        head = " " * indent + (f"{on_one_line(entry.key, as_key=True)}:" if entry.key else "-")
        above, beside, value = list(entry.above), list(entry.beside), entry.value
        if isinstance(value, Text):
            first, *rest = self.text(value, head, indent)
        else:
            flow = _in_brackets(value) if value.flow or not value.entries else None
            if flow is not None and len(f"{head} {flow}") <= WIDTH:
                first, rest = f"{head} {flow}", []
            elif entry.key is None and value.entries:
                # A member that holds more begins on the line of its dash.
                above += [*(text for _, text in beside), *value.entries[0].above]
                value.entries[0].above, beside = [], []
                first, *rest = self.block(value, indent + STEP)
                while first.lstrip().startswith("#"):
                    above.append(first.strip())
                    first, *rest = rest
                first = f"{head} {first[indent + STEP :]}"
            else:
                first, rest = head, self.block(value, indent + STEP)
        for column, comment in beside[:1]:
            room = max(column, len(first) + 1)
            shown = f"{first.ljust(room)}{comment}"
            shown = shown if len(shown) <= WIDTH else f"{first} {comment}"
            if len(shown) <= WIDTH:
                first, beside = shown, beside[1:]
        above += [text for _, text in beside]
        return [*(_indented(line, indent) for line in above), first, *rest]

    def text(self, text: Text, head: str, indent: int) -> list[str]:
        one = on_one_line(text)
        fits = len(f"{head} {one}") <= WIDTH
        if text.style in {"|", ">"} or (text.value and not fits):
            lines = as_plain_lines(text, head, indent + STEP) if not fits and head.endswith("-") else None
            lines = lines or as_block(text, head, indent + STEP)
            if lines:
                return lines
        if not text.style and "\n" in text.source.strip():
            lines = as_plain_lines(text, head, indent + STEP)
            if lines:
                return lines
        return [f"{head} {one}".rstrip(" ")]


def _indented(line: str, indent: int) -> str:
    return f"{' ' * indent}{line}" if line else ""


def _in_brackets(value: Text | Block) -> str | None:
    """Return a value on one line, or None if a comment inside needs one."""
    if isinstance(value, Text):
        return on_one_line(value, in_flow=True)
    if value.below:
        return None
    parts = []
    for entry in value.entries:
        inner = _in_brackets(entry.value)
        if inner is None or any(entry.above) or entry.beside:
            return None
        key = f"{on_one_line(entry.key, as_key=True, in_flow=True)}: " if entry.key else ""
        parts.append(f"{key}{inner}")
    return f"{{{', '.join(parts)}}}" if value.keyed else f"[{', '.join(parts)}]"
