"""
The command line: parses, calls a use case, prints. No logic of its own.

Exit codes: 0 all is well, 1 something was found (a fault, a failing case), 2 the
command cannot be carried out as given.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from service import __version__
from service.cli import (
    cases,
    check,
    disagreements,
    evaluate,
    faults,
    fmt,
    graph,
    new,
    publish,
    schemas,
    serve,
    show,
    test,
    verify,
    watch,
    why,
)
from service.config import SettingError, Settings
from service.domain.errors import FerruleError, KnowledgeError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = (
    new,
    check,
    fmt,
    test,
    cases,
    watch,
    show,
    why,
    graph,
    evaluate,
    schemas,
    publish,
    verify,
    serve,
    disagreements,
)
CANNOT = 2


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    root = argparse.ArgumentParser(
        prog="ferrule",
        description="Versioned clinical rules: check, test, publish, evaluate, serve.",
        epilog="Settings are environment variables: FERRULE_BIND, FERRULE_HOME, FERRULE_DATABASE_URL, "
        "FERRULE_KNOWLEDGE, FERRULE_VERSIONS, FERRULE_WORKERS.",
    )
    root.add_argument("--version", action="version", version=f"ferrule {__version__}")
    commands = root.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run one command.

    Args:
        arguments: Of the command line; those of the process by default.

    Returns:
        The exit code.
    """
    given = parser().parse_args(arguments)
    try:
        code: int = given.run(given, Settings.from_env())
    except KnowledgeError as error:
        faults.show("text", error.problems)
        return 1
    except (FerruleError, SettingError) as error:
        print(f"ferrule: {error}", file=sys.stderr)
        return CANNOT
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        if error.filename is None:
            raise
        print(f"ferrule: {error.filename}: {error.strerror}.", file=sys.stderr)
        return CANNOT
    return code
