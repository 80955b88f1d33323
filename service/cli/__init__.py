"""
The command line: parses, calls a use case, prints. No logic of its own.

Exit codes: 0 all is well, 1 something was found to be wrong (a fault, a failing case), 2 the
command cannot be carried out as given, 130 it was stopped. Results go to standard output, and with ``--json``
as JSON; what is wrong goes to standard error, except faults with ``--json``.
"""

from __future__ import annotations

import argparse
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING

from service import __version__
from service.cli import (
    cases,
    check,
    disagreements,
    evaluate,
    explain,
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
from service.cli.help import told
from service.config import SettingError, Settings
from service.domain.errors import FerruleError, KnowledgeError, PanelError

if TYPE_CHECKING:
    from collections.abc import Sequence

GROUPS = {
    "For authors, who write rules": (new, check, test, cases, watch, show, why, graph, fmt, schemas, publish),
    "For operators, who run the service": (serve, disagreements),
    "For auditors and clinicians, who look into releases and answers": (verify, evaluate, explain),
}
COMMANDS = tuple(command for group in GROUPS.values() for command in group)
CANNOT = 2
STOPPED = 130
"""As shells count it: 128, and 2 for Ctrl-C."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    root = argparse.ArgumentParser(
        prog="ferrule",
        usage="ferrule [-h] [--version] COMMAND ...",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    root.add_argument("--version", action="version", version=f"ferrule {__version__}")
    # The commands are listed by who uses them, which argparse cannot do itself.
    commands = root.add_subparsers(required=True, metavar="COMMAND", prog="ferrule", help=argparse.SUPPRESS)
    for command in COMMANDS:
        command.add(commands)
    listed = {
        title: [(name, commands.choices[name].description or "") for name in map(_name_of, group)]
        for title, group in GROUPS.items()
    }
    root.description = told(listed)
    root.epilog = (
        "Exit codes: 0 all is well; 1 something is wrong with what was looked at, such as a fault or a failing case;\n"
        "2 the command cannot be carried out as given; 130 Ctrl-C stopped it.\n"
        "Settings are environment variables: FERRULE_KNOWLEDGE, FERRULE_VERSIONS, FERRULE_HOME, FERRULE_DATABASE_URL,\n"
        "FERRULE_BIND, FERRULE_WORKERS, FERRULE_VERIFY_SHARE. README.md explains them; knowledge/README.md teaches\n"
        "authors."
    )
    return root


def _name_of(command: object) -> str:
    return str(getattr(command, "__name__", "")).rpartition(".")[2]


def misspelt(word: str) -> str:
    """Return what is wrong with the name of a command, with the nearest one; empty if nothing is."""
    names = [_name_of(command) for command in COMMANDS]
    if word in names:
        return ""
    near = get_close_matches(word, names, 1, 0.5)
    return f"There is no command {word!r}. " + (
        f"Did you mean 'ferrule {near[0]}'?" if near else "'ferrule --help' lists them."
    )


def _told(error: Exception) -> list[str]:
    """Return what is wrong, each fault of a panel for itself."""
    if isinstance(error, PanelError):
        return [f"{fault.pointer or 'the panel'}: {fault.detail}" for fault in error.faults]
    return [str(error)]


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run one command.

    Args:
        arguments: Of the command line; those of the process by default.

    Returns:
        The exit code.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words and not words[0].startswith("-") and (wrong := misspelt(words[0])):
        print(f"ferrule: {wrong}", file=sys.stderr)
        return CANNOT
    given = parser().parse_args(words)
    code: int
    try:
        code = given.run(given, Settings.from_env())
    except KnowledgeError as error:
        faults.show("json" if getattr(given, "json", False) else "text", error.problems)
        return 1
    except (FerruleError, SettingError) as error:
        for line in _told(error):
            print(f"ferrule: {line}", file=sys.stderr)
        return CANNOT
    except KeyboardInterrupt:
        print("\nferrule: stopped.", file=sys.stderr)
        code = STOPPED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        if error.filename is None:
            raise
        hint = " Ask whoever owns it for the right." if isinstance(error, PermissionError) else ""
        print(f"ferrule: {error.filename}: {error.strerror}.{hint}", file=sys.stderr)
        return CANNOT
    return code
