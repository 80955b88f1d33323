"""
A README that is followed from top to bottom: its commands run in order, its edits are made, its outputs compared.

What the comments above its blocks mean stands in `tests.docs.blocks`.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from typing import TYPE_CHECKING

from tests.running import environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.docs.blocks import Block

PATIENCE = 60.0
# What may be otherwise whenever knowledge grows, or on another day; everything else must stand as it is shown. Of
# whole rule sets the counts grow, and have three digits where they count cases; what counts a few things is compared.
_VARIES = (
    (re.compile(r"\d+(?= (other )?(rules|thresholds|profiles)\b)"), "N"),
    (re.compile(r"\d{3,}(?= cases\b)"), "N"),
    (re.compile(r"\d\d:\d\d:\d\d, \d+\.\d s"), "NOW"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "DAY"),
    (re.compile(r"[0-9a-f]{64}"), "DIGEST"),
)
_REST = re.compile(r"^\s*\.\.\.\n", re.MULTILINE)
_LOOKED = re.compile(r"\d\d:\d\d:\d\d, \d+\.\d s\.\n")


def plain(text: str) -> str:
    """Return a text as it is compared: without what may vary, and broken into lines anywhere."""
    for pattern, word in _VARIES:
        text = pattern.sub(word, text)
    return " ".join(text.split())


def differs(shown: str, real: str) -> str:
    """
    Compare what is shown with what was printed.

    Args:
        shown: A block; a line of three dots stands for any lines.

        real: What was printed.

    Returns:
        The part that is shown and was not printed at its place; empty if all was.
    """
    parts, rest = [plain(part) for part in _REST.split(shown)], plain(real)
    for number, part in enumerate(parts):
        is_last = number == len(parts) - 1
        at = rest.rfind(part) if is_last and part else rest.find(part)
        if at < 0 or (number == 0 and at > 0) or (is_last and part and at + len(part) < len(rest)):
            return part or rest
        rest = rest[at + len(part) :]
    return ""


class Session:
    """
    Somebody at a terminal who follows a README.

    Args:
        folder: Where the commands begin.

        home: The home of whoever follows.
    """

    def __init__(self, folder: Path, home: Path) -> None:
        self.start, self.where, self.home, self.printed = folder, folder, home, ""
        self._watch: subprocess.Popen[str] | None = None
        self._watched = home / "watched"
        self._read = 0

    def follow(self, block: Block) -> str:
        """Do what a block says; return what is wrong, or an empty text."""
        if block.what == "run" and block.detail == "in a second window":
            return self.open_window(block)
        if block.what == "run":
            return self.run(block)
        if block.what == "printed":
            return differs(block.text, self.watched() if block.detail else self.printed)
        if block.what == "edit":
            return self.edit(block)
        if block.what == "append":
            file = self.where / block.detail
            file.write_text(file.read_text(encoding="utf-8") + block.text, encoding="utf-8")
        elif block.what == "file":
            file = next(place / block.detail for place in (self.where, self.start) if (place / block.detail).is_file())
            text = file.read_text(encoding="utf-8")
            return "" if plain(block.text) in plain(text) else f"{block.detail} holds no such lines"
        return ""

    def _environment(self) -> dict[str, str]:
        env = environment(
            self.home, self.where / "versions", FERRULE_KNOWLEDGE="knowledge", FERRULE_VERSIONS="versions"
        )
        # As at a terminal: lines come in the order in which they are printed.
        return env | {
            "PYTHONUNBUFFERED": "1",
            "COLUMNS": "100",
            "PATH": f"{self.home / 'bin'}{os.pathsep}{env['PATH']}",
        }

    def run(self, block: Block) -> str:
        """Run a block, and go where it went."""
        place = self.home / "place"
        text = f"trap 'pwd >\"{place}\"' EXIT\n{block.text}"
        ended = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", text],
            env=self._environment(), cwd=self.where, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        self.printed = ended.stdout
        self.where = type(self.where)(place.read_text(encoding="utf-8").rstrip("\n"))
        wanted = int(block.detail.removeprefix("exits with ")) if block.detail else 0
        return "" if ended.returncode == wanted else f"it exits with {ended.returncode}: {ended.stdout[-1000:]}"

    def open_window(self, block: Block) -> str:
        """Do what a block says where a new window begins, and let its last command, the one to be ended, go on."""
        *before, last = block.text.strip().splitlines()
        with self._watched.open("w", encoding="utf-8") as out:
            self._watch = subprocess.Popen(
                ["bash", "-eu", "-c", "\n".join([*before, f"exec {last}"])],
                env=self._environment(), cwd=self.start, stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
        return ""

    def watched(self) -> str:
        """Return what the second window has told since it was last read, up to the end of a look."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            new = self._watched.read_text(encoding="utf-8")[self._read :]
            ends = list(_LOOKED.finditer(new))
            if ends:
                self._read += ends[-1].end()
                return new[: ends[-1].end()]
            time.sleep(0.05)
        return "nothing more was told in the second window"

    def edit(self, block: Block) -> str:
        """Make an edit that is shown as lines that go, with -, and lines that come, with +, among lines that stay."""
        file = self.where / block.detail
        text = file.read_text(encoding="utf-8")
        lines = block.text.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] in " -")
        after = "".join(line[1:] for line in lines if line[0] in " +")
        if text.count(before) != 1:
            return f"{block.detail} has these lines {text.count(before)} times:\n{before}"
        file.write_text(text.replace(before, after), encoding="utf-8")
        return ""

    def close(self) -> None:
        """End what still goes on."""
        if self._watch is not None:
            self._watch.terminate()
            self._watch.wait(PATIENCE)
