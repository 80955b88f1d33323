"""
``python -m tests.population FILE``: every row of an NHANES file, decided by the service and counted plainly.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from service.cli import main as ferrule
from tests.population import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
MAPPING = ROOT / "knowledge" / "mappings" / "nhanes-2017-2018.yaml"


def evaluated(file: Path, *options: str) -> tuple[int, list[dict[str, object]]]:
    """Return the exit code and the lines of ``ferrule evaluate`` for a file."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.ndjson"
        code = ferrule(["evaluate", str(file), "--mapping", str(MAPPING), "--out", str(out), *options])
        return code, [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def rows(file: Path) -> list[dict[str, str]]:
    """Return the rows of a table as text."""
    with file.open(newline="", encoding="utf-8-sig") as opened:
        return list(csv.DictReader(opened))


def differences(table: list[dict[str, str]], lines: list[dict[str, object]]) -> Iterator[str]:
    """Yield a sentence for each row that the service decides otherwise than the plain reading."""
    for row, line in zip(table, lines, strict=True):
        found = {name: line["findings"].get(name) for name in plain.FINDINGS}
        if found != plain.states(row) or line["conclusions"] != plain.conclusions(row):
            yield f"{line['row']}: {found} {line['conclusions']}, plainly {plain.states(row)} {plain.conclusions(row)}"


def reconciled(table: list[dict[str, str]], lines: list[dict[str, object]]) -> Table:
    """Return how the counts of a reader in a hurry relate to those of the service, for people from 15 years on."""
    low = [
        (row, line)
        for row, line in zip(table, lines, strict=True)
        if int(row["age_years"]) >= 15
        and (value := plain.number(row, "hgb_g_dL")) is not None
        and value < (13 if row["sex_1m_2f"] == "1" else 12)
    ]
    small = [pair for pair in low if plain.number(pair[0], "mcv_fL") < 80]
    measured = [pair for pair in small if pair[0]["ferritin_ng_mL"]]
    below_30 = [pair for pair in measured if plain.number(pair[0], "ferritin_ng_mL") < 30]
    printed = Table(title="Aged 15 and more, by 12 and 13 g/dL, 80 fL, 30 ng/mL alone", title_justify="left")
    for heading in ("plain count", "people", "the service says"):
        printed.add_column(heading)
    for title, people, kind, name in (
        ("hemoglobin below 12 / 13 g/dL", low, "findings", "anemia"),
        ("... and MCV below 80 fL", small, "conclusions", "microcytic-anemia"),
        ("... and a ferritin", measured, "findings", "iron-deficiency"),
        ("... that is below 30 ng/mL", below_30, "findings", "iron-deficiency"),
        ("", below_30, "conclusions", "iron-deficiency-anemia"),
    ):
        said = Counter(line[kind].get(name, "open") for _, line in people)
        text = ", ".join(f"{count} {word}" for word, count in said.most_common())
        printed.add_row(title, str(len(people)), f"{name}: {text}")
    return printed


def main() -> int:
    """Compare a whole file; return 1 if a row differs."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        print(__doc__.strip(), file=sys.stderr)
        return 2
    file = Path(sys.argv[1])
    code, lines = evaluated(file, "--draft")
    table = rows(file)
    found = list(differences(table, lines))
    console = Console()
    console.print(reconciled(table, lines))
    for sentence in found[:20]:
        console.print(sentence, markup=False, highlight=False)
    console.print(f"{len(lines)} rows, {len(found)} decided otherwise than by the plain reading.")
    return 1 if code or found else 0


if __name__ == "__main__":
    sys.exit(main())
