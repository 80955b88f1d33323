"""
What the READMEs promise, read out of them.

A comment right above a block says what a test does with it:

* ``<!-- run -->`` or ``<!-- run: name -->``: a ``sh``, ``bash`` or ``python`` block is run, in a copy of the
  tree and with a service running, and must succeed. A block that only sets variables is put before those
  after it. ``http://127.0.0.1:8000`` becomes the address of that service, and ``make`` only says what it would do.
* ``<!-- answer: /a/0 -->``: a ``json`` block is part of what the block run last printed, at this JSON Pointer.
  Members that are not shown may be there; beside a list, one object stands for some element of it.
* ``<!-- printed -->``: what the block run last printed; a line of three dots stands for any lines, lines may be
  broken elsewhere, and counts of rules and cases, versions, digests and days may be others.
* ``<!-- shown: why -->``: the block is not run, for this reason.

A README in `FOLLOWED` is followed from top to bottom as somebody would at a terminal, beginning at the root of a
copy of the tree (`tests.docs.session`). There one may say besides:

* ``<!-- run: exits with 1 -->``: the block fails with this code.
* ``<!-- run: in a second window -->``: the command goes on beside the others;
  ``<!-- printed: in the second window -->`` is what it printed since.
* ``<!-- edit: a/file.yaml -->``: a ``diff`` block, of lines that go (-), come (+) and stay, which is made in this file.
* ``<!-- append: a/file.yaml -->``: the block is put at the end of this file.
* ``<!-- file: a/file.yaml -->``: these lines stand in this file.

Every ``sh``, ``bash`` and ``python`` block has one of them; in a README that is followed, every block has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PLACES = ("", "service", "service/domain", "knowledge", "versions", "tests", "tests/published", "tests/population")
ELSEWHERE = {"versions/README.md": "tests/versions runs its commands in a folder of its own"}

FOLLOWED = ("knowledge/README.md",)

_BLOCK = re.compile(
    r"(?:^<!-- (?P<what>run|answer|printed|shown|edit|append|file)(?:: (?P<detail>[^\n]*?))? -->\n)?"
    r"^(?P<indent> *)```(?P<language>[a-z]*)\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_SETS = re.compile(r"[A-Z_]+=\S+\Z")
RUNNABLE = {"sh", "bash", "python"}


@dataclass(frozen=True)
class Block:
    """
    One fenced block.

    Attributes:
        file: Its README, from the root.

        line: Of the fence.

        what: The first word of the comment, or empty.

        detail: What follows the colon of the comment.

        language: Of the fence.

        text: Its lines.

        before: Lines that set variables in blocks above.
    """

    file: str
    line: int
    what: str
    detail: str
    language: str
    text: str
    before: str = ""

    @property
    def id(self) -> str:
        """Return where it is, for people."""
        return f"{self.file}:{self.line}"


def readmes() -> list[Path]:
    """Return the READMEs for people who work in a folder."""
    return [file for place in PLACES if (file := ROOT / place / "README.md").is_file()]


def blocks(file: Path) -> list[Block]:
    """Return the fenced blocks of a README in order."""
    text, name = file.read_text(encoding="utf-8"), file.relative_to(ROOT).as_posix()
    found: list[Block] = []
    sets = ""
    for one in _BLOCK.finditer(text):
        line = text.count("\n", 0, one.start()) + 1 + bool(one["what"])
        block = Block(name, line, one["what"] or "", one["detail"] or "", one["language"], one["text"], sets)
        lines = one["text"].split("\n")[:-1]
        if block.language in {"sh", "bash"} and all(_SETS.match(each) for each in lines):
            sets += one["text"]
        found.append(block)
    return found


def at(document: Any, pointer: str) -> Any:
    """Return the value at a JSON Pointer."""
    for part in pointer.strip("/").split("/") if pointer.strip("/") else ():
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def shows(shown: Any, real: Any) -> bool:
    """Return whether what is shown is part of what there is."""
    if isinstance(shown, dict) and isinstance(real, dict):
        return all(key in real and shows(value, real[key]) for key, value in shown.items())
    if isinstance(shown, dict) and isinstance(real, list):
        return any(shows(shown, one) for one in real)
    if isinstance(shown, list) and isinstance(real, list):
        return len(shown) == len(real) and all(map(shows, shown, real))
    return bool(shown == real)
