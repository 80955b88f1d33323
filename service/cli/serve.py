"""
``ferrule serve``: the service, under gunicorn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import bootstrap
from service.cli.help import command

if TYPE_CHECKING:
    import argparse

    from service.config import Settings


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "serve",
        "Start the service on FERRULE_BIND. It answers from published releases only; Ctrl-C ends it.",
        "ferrule serve",
        "FERRULE_BIND=0.0.0.0:9000 ferrule serve",
    )
    parser.set_defaults(run=run)


def run(_: argparse.Namespace, settings: Settings) -> int:
    """Serve until a signal ends it."""
    bootstrap.serve(settings)
    return 0
