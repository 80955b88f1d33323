"""
Sections about files with a label: who is found, by the service and by published indices, on the same rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.real_data.answers import Said, Service, readings
from tests.real_data.counting import Score, cells
from tests.real_data.data_sets import WORDS, Comparison, DataSet, Person, Target, people
from tests.real_data.indices import INDICES, janel
from tests.real_data.plot import scatter
from tests.real_data.writing import Grid, Section

HEADINGS = ("what says it", "sensitivity (95 % interval)", "specificity (95 % interval)", "Youden index", "open")
MOST_VOTES = 8
SMALL = 80
"""Mean corpuscular volume, fL, below which red cells are small in an adult."""

Row = tuple[Person, Said, Said]
Subset = Callable[[Person], bool]


@dataclass(frozen=True)
class Compared:
    """
    One comparison, scored.

    Attributes:
        title: Which groups, and which rows of them.

        scores: Each with its kind, ``service``, ``votes`` or ``index``.
    """

    title: str
    scores: list[tuple[str, Score]]

    @property
    def grid(self) -> Grid:
        """The scores as a table, a rule between what is of different kinds."""
        lines: list[Sequence[str]] = []
        for place, (kind, score) in enumerate(self.scores):
            if place and kind != self.scores[place - 1][0]:
                lines.append(())
            lines.append(cells(score))
        return Grid(self.title, HEADINGS, lines)


SUBSETS: tuple[tuple[str, Subset], ...] = (
    ("rows", lambda person: bool(person.count)),
    (f"rows with an MCV below {SMALL} fL", lambda person: person.count["mcv"] < SMALL),
)


def in_short(compared: Sequence[Compared]) -> Section:
    """Return the best line of each kind for each comparison of two groups; the best of many is so by chance as well."""
    lines = []
    for one in compared:
        best = [
            max((score for kind, score in one.scores if kind == wanted), key=lambda score: score.youden, default=None)
            for wanted in ("service", "votes", "index")
        ]
        texts = ["" if score is None else f"{score.youden:.2f} {score.name}" for score in best]
        lines.append((one.title, *(text.replace("-0.", "\N{MINUS SIGN}0.") for text in texts)))
    headings = ("comparison", "best of the service's answers", "best number of votes", "best published index")
    grid = Grid("The highest Youden index of each kind", headings, lines)
    return Section("In short", list(WORDS["in short"]), grids=[grid])


def section(service: Service, data: DataSet, folder: Path) -> tuple[Section, dict[str, str], list[Compared]]:
    """
    Return the section about one file.

    Args:
        service: Is asked about each row.

        data: What the file is.

        folder: Where it lies.

    Returns:
        The section, its pictures by file name, and the comparisons of two groups.
    """
    persons = people(data, folder / data.file)
    plain = service.answers(folder / data.file, data.mapping)
    assumed = service.answers(folder / data.file, data.mapping, data.assume, data.quantities)
    rows = list(zip(persons, plain, assumed, strict=True))
    told = Section(data.title, points=[*data.notes, *_set_aside(data, rows)])
    pictures: dict[str, str] = {}
    of_two: list[Compared] = []
    compared = [row for row in rows if row[0].complete(data) and not row[1].faults]
    for comparison in data.comparisons:
        both = [row for row in compared if row[0].label in comparison.having | comparison.others]
        for words, belongs in SUBSETS if comparison.target is not Target.ANEMIA else SUBSETS[:1]:
            those = [row for row in both if belongs(row[0])]
            if not any(row[0].label in comparison.having for row in those):
                continue
            scored = _scored(service, data, comparison, f"{comparison.title}: {len(those)} {words}", those)
            told.grids.append(scored.grid)
            if comparison.others and words != SUBSETS[0][0]:
                name = f"{data.mapping.removesuffix('.yaml')}-{len(pictures) + 1}.svg"
                pictures[name] = scatter(scored.title, scored.scores)
                of_two.append(scored)
    return told, pictures, of_two


def _set_aside(data: DataSet, rows: Sequence[Row]) -> Iterable[str]:
    """Yield what became of rows and values that cannot be."""
    impossible = [text for person, _, _ in rows for text in person.impossible]
    if impossible:
        shown = ", ".join(impossible[:5]) + (" and others" if len(impossible) > 5 else "")
        yield f"{len(impossible)} values cannot be anybody's ({shown}); their rows are not compared."
    repeated = sum(person.repeated for person, _, _ in rows)
    if repeated:
        yield f"{repeated} rows repeat an earlier one and are not compared."
    faulty = sum(bool(said.faults) for _, said, _ in rows)
    if faulty:
        yield f"{faulty} rows could not be read by the service and are not compared."
    compared = sum(person.complete(data) and not said.faults for person, said, _ in rows)
    yield f"{compared} of {len(rows)} rows are compared."
    aside = Counter(reason for _, said, _ in rows for reason in set(said.aside))
    told = ", ".join(f"{measure} {issue} in {number}" for (measure, issue), number in aside.most_common())
    if told:
        yield f"The service used no value that it set aside: {told} rows. Where it sets one aside, it says less."


def _scored(service: Service, data: DataSet, comparison: Comparison, title: str, rows: Sequence[Row]) -> Compared:
    target = comparison.target

    def score(name: str, says: Callable[[Row], bool | None]) -> Score:
        return Score.of(name, ((row[0].label in comparison.having, says(row)) for row in rows))

    scores: list[tuple[str, Score]] = []
    for reading, way in readings(service.release.vocabulary, target).items():
        name = f"the service {reading}"
        told, if_so = (score(name, lambda row, way=way, place=place: way(row[place])) for place in (1, 2))
        scores.append(("service", told))
        if if_so != told:
            scores.append(("service", replace(if_so, name=f"{name}, if {data.second_reading}")))
    if target is Target.ANEMIA:
        return Compared(title, scores)
    wanted = target is Target.CARRIER
    if wanted:
        for least in range(1, MOST_VOTES + 1):
            name = f"the service counts {least} votes or more of {MOST_VOTES}"
            scores.append(("votes", score(name, lambda row, least=least: row[1].votes >= least)))
    for index in INDICES:
        if set(index.needs) <= set().union(*(row[0].count for row in rows)):
            name = f"{index.name} ({index.favors} {float(index.limit):g})"
            scores.append(
                ("index", score(name, lambda row, index=index: _wanted(index.says_trait(row[0].count), wanted)))
            )
    if all("rdw" in row[0].count for row in rows):
        scores.append(
            ("index", score("8 of the 11 indices of Janel 2011", lambda row: _wanted(janel(row[0].count), wanted)))
        )
    return Compared(title, scores)


def _wanted(says_trait: bool | None, wanted: bool) -> bool | None:
    """Return whether an index says what is looked for; what is not trait, it takes for iron deficiency."""
    return None if says_trait is None else says_trait is wanted
