"""
Printing faults: for eyes, for programs, and as annotations of a change on a forge.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.application.ports import Document
    from service.domain.errors import Problem

FORMATS = ("text", "json", "github")
_BOLD, _RED, _YELLOW, _PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[33m", "\x1b[0m"


def show(form: str, faults: Sequence[Problem], remarks: Sequence[str] = (), screen: TextIO | None = None) -> None:
    """
    Print faults and remarks.

    Args:
        form: One of `FORMATS`. Text goes to *screen*, the others to standard output.

        faults: What must be changed.

        remarks: What should be seen to.

        screen: Where text is read; standard error by default.
    """
    if form == "json":
        print(json.dumps({"faults": listed(faults), "remarks": list(remarks)}, indent=2, ensure_ascii=False))
    elif form == "github":
        for fault in faults:
            print(f"::error {_where(fault)}::{_escaped(fault.message)}")
        for remark in remarks:
            print(f"::warning::{_escaped(remark)}")
    else:
        out = screen or sys.stderr
        colored = has_color(out)
        for fault in faults:
            print(_painted(fault) if colored else fault, file=out)
        for remark in remarks:
            print(f"{_YELLOW}{remark}{_PLAIN}" if colored else remark, file=out)


def listed(faults: Sequence[Problem]) -> list[Document]:
    """Return faults for programs."""
    return [{"file": p.file, "line": p.line, "column": p.column, "message": p.message} for p in faults]


def has_color(stream: TextIO) -> bool:
    """Return whether a stream is a terminal whose reader has not asked for plain text."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _painted(fault: Problem) -> str:
    where, _, message = str(fault).partition(": ")
    return f"{_BOLD}{where}:{_PLAIN} {_RED}{message}{_PLAIN}"


def _where(fault: Problem) -> str:
    """Return the place as the properties of an annotation; a fault of a whole file has no line."""
    parts = {"file": fault.file, "line": fault.line, "col": fault.column}
    return ",".join(f"{name}={_escaped(str(value), of=',:')}" for name, value in parts.items() if value)


def _escaped(text: str, of: str = "") -> str:
    """Return a text in which nothing is read as the end of an annotation, or of a property."""
    for character in f"%\r\n{of}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
