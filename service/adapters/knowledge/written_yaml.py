"""
A YAML file as it was written: values with their quotes, comments, empty lines.

Strict YAML has accepted the file before, so there are no anchors, tags or second
documents, and every key is one text. Each comment belongs to an entry (a key with
its value, or a member of a list), above or beside it, or stands below the last
entry of a block that is indented like it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    CollectionStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)

_BREAK = re.compile(r"\r\n|[\n\r\x85]")
_COMMENT = re.compile(r"(?:^|(?<=[\s,\[\]{}]))#.*")
_HEADER = re.compile(r"[|>][-+0-9]*[ \t]+(#.*)")


@dataclass(slots=True)
class Text:
    """
    One text.

    Attributes:
        value: What it says.

        style: ``'``, ``"``, ``|``, ``>``, or empty for plain.

        source: As it was written.
    """

    value: str
    style: str = ""
    source: str = ""


@dataclass(slots=True)
class Entry:
    """
    A key with its value, or a member of a list.

    Attributes:
        key: None for a member.

        value: What stands under it.

        above: Comments above it, and empty texts for empty lines.

        beside: Comments that follow it on its line, each with its column from 0.
    """

    key: Text | None
    value: Text | Block
    above: list[str] = field(default_factory=list)
    beside: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Block:
    """
    Keys with values, or a list.

    Attributes:
        keyed: Whether it has keys.

        flow: Whether it was written in brackets.

        entries: What it holds.

        below: Comments behind the last entry, and empty texts for empty lines.
    """

    keyed: bool
    flow: bool
    entries: list[Entry] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


def read_written(text: str) -> Entry:
    """
    Read a file that strict YAML accepts.

    Args:
        text: The file.

    Returns:
        Its root, as an entry without a key; comments above the first key are above it.
    """
    return _Writing(text).root()


class _Writing:
    def __init__(self, text: str) -> None:
        self.text = text
        events = YAML(typ="safe", pure=True).parse(text)
        ends = (MappingEndEvent, SequenceEndEvent)
        # Of many kinds, and only what holds or ends a value.
        self.events: list[Any] = [
            event for event in events if isinstance(event, (ScalarEvent, CollectionStartEvent, *ends))
        ]
        self.next = 0
        self.at = 0
        self.pending: list[tuple[int, str]] = []
        self.last = self.first = Entry(None, Text(""))

    def root(self) -> Entry:
        self.gap(self.events[0].start_mark.index)
        self.first.above = self.taken()
        self.first.value = self.value(self.first)
        self.gap(len(self.text))
        rest = [line for _, line in self.pending]
        if isinstance(self.first.value, Block):
            self.first.value.below += rest
        else:
            self.first.above += rest
        return self.first

    # -- comments --------------------------------------------------------

    def gap(self, end: int) -> None:
        """Take in the comments and empty lines between what was read last and a position."""
        if end <= self.at:
            return
        start, self.at = self.at, end
        parts = _BREAK.split(self.text[start:end])
        column = start - max(self.text.rfind("\n", 0, start), self.text.rfind("\r", 0, start)) - 1
        for number, part in enumerate(parts):
            is_last = number == len(parts) - 1
            found = _COMMENT.search(part)
            if found is None:
                if number and not is_last and not part.strip(" \t\ufeff"):
                    self.pending.append((-1, ""))
            elif number or not start:
                self.pending.append((len(part[: found.start()]), found[0].rstrip()))
            else:
                self.last.beside.append((column + found.start(), found[0].rstrip()))

    def taken(self) -> list[str]:
        """Return the comments that wait for the next entry."""
        lines = [line for _, line in self.pending]
        self.pending = []
        return lines

    def close(self, block: Block, column: int) -> None:
        """Give a block that ends the comments that are indented like it, and further than what follows."""
        following = next(
            (e for e in self.events[self.next :] if isinstance(e, (ScalarEvent, CollectionStartEvent))), None
        )
        end = following.start_mark.index if following is not None else len(self.text)
        self.gap(end)
        line = _BREAK.split(self.text[:end])[-1]
        outside = len(line) - len(line.lstrip(" ")) if following is not None else -1
        count = 0
        for number, (at, _) in enumerate(self.pending, start=1):
            if at >= 0 and (at < column or at <= outside):
                break
            count = number if at >= 0 else count
        block.below += [line for _, line in self.pending[:count]]
        self.pending = self.pending[count:]

    # -- values ----------------------------------------------------------

    def value(self, owner: Entry) -> Text | Block:
        event = self.events[self.next]
        if event.end_mark.index > event.start_mark.index or not isinstance(event, ScalarEvent):
            # What is left out stands nowhere; comments before the next entry belong there.
            self.gap(event.start_mark.index)
            if isinstance(event, ScalarEvent) or event.flow_style:
                owner.above += self.taken()
        self.next += 1
        if isinstance(event, ScalarEvent):
            return self.scalar(event, owner)
        block = Block(isinstance(event, MappingStartEvent), bool(event.flow_style))
        if block.flow:
            self.at, self.last = max(self.at, event.end_mark.index), owner
        self.entries(block)
        closing = self.events[self.next]
        self.next += 1
        if block.flow:
            self.gap(max(closing.start_mark.index, self.at))
            (block.below if block.entries else owner.above).extend(self.taken())
            self.at, self.last = max(self.at, closing.end_mark.index), owner
        else:
            self.close(block, event.start_mark.column)
        return block

    def entries(self, block: Block) -> None:
        while not isinstance(self.events[self.next], (MappingEndEvent, SequenceEndEvent)):
            event = self.events[self.next]
            self.gap(event.start_mark.index)
            entry = Entry(None, Text(""), self.taken())
            block.entries.append(entry)
            if block.keyed:
                self.next += 1
                entry.key = self.scalar(event, entry)
            entry.value = self.value(entry)

    def scalar(self, event: ScalarEvent, owner: Entry) -> Text:
        start, end = event.start_mark.index, event.end_mark.index
        source = self.text[start:end]
        if event.style in {"|", ">"}:
            # Its end is behind the empty lines that follow it.
            source = source.rstrip()
            header = _HEADER.match(source)
            if header:
                line = _BREAK.split(self.text[:start])[-1]
                owner.beside.append((len(line) + header.start(1), _BREAK.split(header[1])[0].rstrip()))
        self.at, self.last = max(self.at, start + len(source)), owner
        return Text(event.value, event.style or "", source)
