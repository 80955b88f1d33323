"""
``ferrule serve``: the service, under gunicorn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import bootstrap

if TYPE_CHECKING:
    import argparse

    from service.config import Settings


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("serve", help="start the service on FERRULE_BIND")
    parser.set_defaults(run=run)


def run(_: argparse.Namespace, settings: Settings) -> int:
    """Serve until a signal ends it."""
    bootstrap.serve(settings)
    return 0
