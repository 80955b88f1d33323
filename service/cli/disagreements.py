"""
``ferrule disagreements``: panels that the engine and the reference semantics decided differently.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from service import bootstrap
from service.cli.help import command

if TYPE_CHECKING:
    import argparse

    from service.application.ports import Disagreement, Document, Record
    from service.config import Settings

PRIVATE = "This report holds patient data: the request, and margins made of it. Keep it as you keep the record."


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "disagreements",
        "List panels that the engine and the reference semantics decided differently, which must never happen. "
        "Names of rules and findings only; with an ID the whole report, which holds patient data. "
        "Exit code 1 if there are any.",
        "ferrule disagreements",
        "ferrule disagreements 01890a5d-ac96-774b-bcce-b302099a8057 --json",
    )
    parser.add_argument(
        "report", nargs="?", metavar="ID", help="print this whole report, which holds patient data; all are listed else"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object for each report")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """List the reports and return 1 if there are any, or print one."""
    with closing(bootstrap.record(settings)) as record:
        if arguments.report is None:
            return _print_list(record, as_json=arguments.json)
        _print_whole(record.disagreement(arguments.report), as_json=arguments.json)
        return 0


def _print_list(record: Record, *, as_json: bool) -> int:
    count = 0
    for count, one in enumerate(record.disagreements(), 1):  # noqa: B007 - the last one is how many there are
        if as_json:
            print(json.dumps(_listed(one), ensure_ascii=False))
        else:
            _print_listed(one)
    if not as_json:
        print(f"{count} disagreements.")
    return 1 if count else 0


def _print_whole(one: Disagreement, *, as_json: bool) -> None:
    print(PRIVATE, file=sys.stderr)
    if as_json:
        # Both are JSON already; read and written again, the request's numbers could lose digits.
        begin = json.dumps(_listed(one) | {"digest": one.digest}, ensure_ascii=False).removesuffix("}")
        print(f'{begin}, "request": {one.request.decode()}, "report": {one.report.decode()}}}')
        return
    _print_listed(one)
    print(f"    digest: {one.digest}")
    print(f"    request: {one.request.decode()}")
    print(f"    report: {one.report.decode()}")


def _print_listed(one: Disagreement) -> None:
    listed = _listed(one)
    print("{id}  {recorded_at}  {ruleset} {version}, profile {profile}, by {program}".format(**listed))
    for difference in listed["differences"]:
        print(f"    {difference}")


def _listed(one: Disagreement) -> Document:
    return {
        "id": one.id,
        "recorded_at": one.recorded_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "ruleset": one.ruleset,
        "version": one.version,
        "profile": one.profile,
        "program": one.program,
        "differences": json.loads(one.report)["differences"],
    }
