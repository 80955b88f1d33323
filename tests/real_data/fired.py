"""
``python -m tests.real_data.fired FOLDER``: the rules in use that fire on their own cases alone, on nobody measured.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track
from ruamel.yaml import YAML

from service.adapters.system import utc_now
from service.application.evaluate import DEFAULT_PROFILE
from service.domain.errors import FerruleError
from service.domain.given import GivenPanel
from tests.published.cases import read_cases
from tests.real_data.answers import Service
from tests.real_data.data_sets import HERE, LABELED, NHANES, UNLABELED, WORDS

REASONS = HERE / "only-own-cases.yaml"


def reasons(path: Path = REASONS) -> dict[str, str]:
    """Return why rules are there that nobody measured makes fire, by rule."""
    return dict(YAML(typ="safe", pure=True).load(path) or {})


def main(arguments: Sequence[str] | None = None) -> int:
    """List the rules; return 1 if one has no reason or a reason is not needed, 2 if files are not there."""
    parser = argparse.ArgumentParser(prog="python -m tests.real_data.fired", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the files of measured people lie")
    parser.add_argument(
        "--cases", type=Path, action="append", default=[], help="published cases, JSON lines; repeatable"
    )
    parser.add_argument("--draft", action="store_true", help="use knowledge/ instead of the newest release")
    parser.add_argument("--reasons", type=Path, default=REASONS, help="why rules are there that fire on nobody")
    given = parser.parse_args(arguments)
    absent = [str(path) for path in given.cases if not path.is_file()]
    files = [one for one in files_of_people() if (given.folder / one[0]).is_file()]
    if absent or not files:
        missing = f"{', '.join(absent)} is not a file" if absent else f"{given.folder} has none of the files"
        print(f"{missing}; tests/real_data/README.md names them.", file=sys.stderr)
        return 2
    service = Service(draft=given.draft)
    panels = list(everybody(service, given.folder, files, given.cases))
    left = never_fired(service, panels, Console(stderr=True))
    told = reasons(given.reasons)
    print(f"{len(panels)} panels of measured people and published cases.")
    for line in lines(service, left, told):
        print(line)
    return 1 if left ^ told.keys() else 0


def files_of_people() -> Iterator[tuple[str, str, Mapping[str, str], Mapping[str, str]]]:
    """Yield every file of measured people: its name, its mapping, and what its second reading assumes and says."""
    for one in (*LABELED, *UNLABELED):
        yield one.file, one.mapping, one.assume, one.quantities
    yield *NHANES, WORDS["nhanes"]["assume"], {}


def everybody(
    service: Service,
    folder: Path,
    files: Iterable[tuple[str, str, Mapping[str, str], Mapping[str, str]]],
    cases: Iterable[Path],
) -> Iterator[GivenPanel]:
    """Yield the panel of each row, as the second reading has it and as it is, and of each published case."""
    for file, mapping, assume, quantities in files:
        # So many people are asked about once.
        if file != NHANES[0]:
            yield from _read(service.panels(folder / file, mapping))
        yield from _read(service.panels(folder / file, mapping, assume, quantities))
    for path in cases:
        for case in read_cases(path, utc_now()):
            try:
                yield service.readable(case)
            except FerruleError as error:
                print(f"{case.id} is not read: {error}", file=sys.stderr)


def _read(rows: Iterable[GivenPanel | tuple[str, ...]]) -> Iterator[GivenPanel]:
    return (row for row in rows if isinstance(row, GivenPanel) and row.results)


def never_fired(service: Service, panels: Sequence[GivenPanel], screen: Console) -> set[str]:
    """Return the rules in use that fire on none of the panels, in the default profile or one that they name."""
    rules = service.release.rules
    left = set(rules)
    for profile in (DEFAULT_PROFILE, *sorted({name for rule in rules.values() for name in rule.profiles})):
        waiting = {one for one in left if profile in (rules[one].profiles or {DEFAULT_PROFILE})}
        for panel in track(panels, f"Profile {profile}", console=screen, transient=True) if waiting else ():
            left -= service.said(panel, profile).fired
    return left


def lines(service: Service, left: set[str], told: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each rule that fires on nobody, and for each reason that is not needed."""
    for rule in sorted(left):
        yield f"{rule}  {service.release.rules[rule].title}: {told.get(rule, 'NO REASON IS GIVEN.')}"
    for rule in sorted(told.keys() - left):
        yield f"{rule}  has a reason and needs none: it fires, or is not in use."
    yield (
        f"{len(left)} of {len(service.release.rules)} rules in use fire on none of them; "
        f"{len(left - told.keys())} of these without a reason."
    )


if __name__ == "__main__":
    sys.exit(main())
