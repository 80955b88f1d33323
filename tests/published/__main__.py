"""
``python -m tests.published CASES``: what the service answers to published cases, as a table.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from service import bootstrap
from service.adapters.system import utc_now
from service.config import Settings
from tests.published.cases import load_yaml, read_cases
from tests.published.verdicts import Verdict, Word, judge, unjudged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.published.cases import PublishedCase

WIDTH = 200
"""Columns of the table where the output is no terminal."""

YES = {True: "yes", False: "no", None: "not told"}
COLOR = {Word.RIGHT: "green", Word.WRONG: "red", Word.NOT_COVERED: "yellow"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge a file of cases; return 1 if one is wrong, 2 if the command cannot be carried out."""
    parser = argparse.ArgumentParser(prog="python -m tests.published", description=__doc__)
    parser.add_argument("cases", type=Path, help="one case a line, as JSON")
    parser.add_argument("--draft", action="store_true", help="use knowledge/ instead of the newest release")
    given = parser.parse_args(arguments)
    if not given.cases.is_file():
        print(f"{given.cases} is not a file; name the collection of cases.", file=sys.stderr)
        return 2
    evaluate = bootstrap.evaluation(Settings.from_env(), draft=given.draft)
    expectations = load_yaml("expected.yaml")
    verdicts = [judge(evaluate, case, expectations) for case in read_cases(given.cases, utc_now())]
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    console.print(table(verdicts))
    for line in summary(verdicts, expectations["must not"]):
        console.print(line, markup=False, highlight=False)
    return 1 if any(verdict.word is Word.WRONG for verdict in verdicts) else 0


def table(verdicts: list[Verdict]) -> Table:
    """Return the table of all cases."""
    printed = Table(show_lines=True)
    for heading in ("case", "expected", "answered", "next steps", "verdict"):
        printed.add_column(heading, overflow="fold")
    for one in verdicts:
        answered = one.answered
        why = "; ".join(one.why)
        verdict = f"[{COLOR[one.word]}]{one.word}[/]" + (f": {why}" if why else "")
        if one.case.faulty:
            verdict += f"\n[dim]faults of the source: {'; '.join(one.case.faulty)}[/]"
        if one.case.not_read:
            verdict += f"\n[dim]not read: {'; '.join(one.case.not_read)}[/]"
        printed.add_row(
            one.case.id,
            expected_text(one.case),
            answered_text(one) if answered else "refused",
            "\n".join(answered.advice) if answered else "",
            verdict,
        )
    return printed


def expected_text(case: PublishedCase) -> str:
    """Return what the source says, in three lines."""
    said = case.expected
    diagnosis = ", ".join(said.get("diagnosis", ()))
    lines = [
        f"anemia {YES[said.get('anemia')]}, microcytic {YES[said.get('microcytic')]}",
        diagnosis,
        f"[dim]not {', '.join(said.get('must_not', ()))}[/]",
    ]
    return "\n".join(line for line in lines if line)


def answered_text(verdict: Verdict) -> str:
    """Return what the service says, in a few lines."""
    answered = verdict.answered
    if answered is None:
        return ""
    findings = ", ".join(f"{name} {answered.findings.get(name, 'not told')}" for name in ("anemia", "microcytosis"))
    conclusions = [f"{name}: [bold]{word}[/]" for name, word in answered.conclusions.items()]
    notes = [f"[dim]{measure} {issue}[/]" for measure, issue in sorted(answered.notes)]
    return "\n".join([findings, *conclusions, f"status {answered.status}", *notes])


def summary(verdicts: list[Verdict], meanings: dict[str, object]) -> list[str]:
    """Return a few sentences that count the cases."""
    counts = {word: sum(one.word is word for one in verdicts) for word in Word}
    lines = [
        f"{len(verdicts)} cases: " + ", ".join(f"{count} {word}" for word, count in counts.items()) + ".",
        "Not yet covered: the diagnosis is outside of the release; all that it does say is right.",
    ]
    for label in ("anemia", "microcytic"):
        compared = [one for one in verdicts if label in one.agreed]
        agreed = sum(one.agreed[label] for one in compared)
        other = ", ".join(one.case.id for one in compared if not one.agreed[label])
        line = f"The source tells whether there is {label.replace('microcytic', 'microcytosis')} in {len(compared)}"
        lines.append(f"{line}: {agreed} agree" + (f", the others: {other}." if other else "."))
    open_labels = sorted({label for one in verdicts for label in unjudged(one.case, meanings)})
    broken = sum(why.startswith("must not") for one in verdicts for why in one.why)
    lines.append(f"Statements made that would be wrong (must not): {broken}.")
    if open_labels:
        lines.append(f"Not judged, because the release says nothing of the kind: {', '.join(open_labels)}.")
    return lines


if __name__ == "__main__":
    sys.exit(main())
