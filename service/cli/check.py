"""
``ferrule check``: read all authored knowledge and report every fault at once.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service import bootstrap
from service.domain.errors import FerruleError, KnowledgeError, PanelError, Problem
from service.domain.intake import take_in

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from service.config import Settings
    from service.domain.release import Release


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("check", help="read all authored knowledge and report every fault at once")
    parser.add_argument("--json", action="store_true", help="print the faults as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Check every rule set of the knowledge folder; return 1 if there is a fault."""
    folder = bootstrap.working_copy(settings)
    problems: list[Problem] = []
    said: list[str] = []
    for ruleset in folder.rulesets():
        try:
            release, cases = folder.release(ruleset, "draft", "")
            bootstrap.engine(release).close()
        except KnowledgeError as error:
            problems.extend(error.problems)
            continue
        except FerruleError as error:
            said.append(f"{ruleset}: {error}")
            continue
        problems += _examples(release, folder.files(ruleset), settings.knowledge.name)
        today = datetime.now(UTC).date().isoformat()
        overdue = sorted(rule.id for rule in release.rules.values() if rule.review.next < today)
        unreviewed = sum(rule.review.reviewed is None for rule in release.rules.values())
        without = sorted(release.rules.keys() - {case.rule for case in cases})
        said += [f"{release.rules[rule].file}: {rule} is past its review date" for rule in overdue]
        said += [f"{release.rules[rule].file}: {rule} has no cases" for rule in without]
        if not arguments.json:
            print(
                f"{ruleset}: {len(release.rules)} rules in use, {len(release.numbers.thresholds)} thresholds, "
                f"{len(release.profiles)} profiles, {len(cases)} cases. "
                f"{unreviewed} rules are not reviewed by a clinician."
            )
    if not folder.rulesets():
        said.append(f"{settings.knowledge} holds no rule set; FERRULE_KNOWLEDGE names the folder.")
    if arguments.json:
        faults = [{"file": p.file, "line": p.line, "column": p.column, "message": p.message} for p in problems]
        print(json.dumps({"faults": faults, "remarks": said}, indent=2))
    else:
        for line in (*problems, *said):
            print(line, file=sys.stderr)
    return 1 if problems or said else 0


def _examples(release: Release, files: dict[str, bytes], folder: str) -> Iterator[Problem]:
    """Yield what the service would refuse in the sample panels, which are known to be JSON."""
    for path, raw in files.items():
        if not path.endswith(".json"):
            continue
        file = f"{folder}/{path}"
        try:
            asked = bootstrap.question(json.dumps(json.loads(raw)["request"]).encode())
            if asked.profile in release.profiles:
                take_in(release, release.profiles[asked.profile], asked.panel)
            else:
                known = ", ".join(release.profiles)
                yield Problem(file, 0, 0, f"the request asks for the profile {asked.profile!r}, not among {known}.")
        except PanelError as error:
            yield from (Problem(file, 0, 0, f"request{fault.pointer}: {fault.detail}") for fault in error.faults)
        except FerruleError as error:
            yield Problem(file, 0, 0, f"the request cannot be read: {error}")
