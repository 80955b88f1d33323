"""
Sections about NHANES 2017-2018: who is anemic, and who of the women with a ferritin lacks iron, by profile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from service.domain.given import GivenPanel
from service.domain.scales import Certainty, State
from tests.real_data.answers import LIKELY, Said, Service, about
from tests.real_data.counting import proportion
from tests.real_data.data_sets import NHANES, WORDS, Target, rows
from tests.real_data.writing import Grid, Section

STATES = (State.PRESENT, State.ABSENT, State.UNKNOWN, State.CONFLICTING)
AGES = (
    ("6 to 59 months", 6, 60),
    ("5 to 11 years", 60, 144),
    ("12 to 14 years", 144, 180),
    ("15 to 65 years", 180, 792),
    ("66 years and older", 792, 10**6),
)
"""Groups of age with their ends in months, the upper one not in it."""
YOUNGER = "younger than 6 months"

Row = Mapping[str, str]


def group(row: Row) -> str:
    """Return the group of a row: age, and from 12 years on sex, and what is known of pregnancy."""
    printed = row["age_months_if_le24"].strip()
    months = float(printed) if printed else 12 * float(row["age_years"])
    for name, low, high in AGES:
        if low <= months < high:
            if months < 144:
                return name
            if row["sex_1m_2f"] == "1":
                return f"{name}, male"
            if not 120 <= months < 672:
                return f"{name}, female"
            told = {"1": "pregnant", "2": "not pregnant"}.get(row["RIDEXPRG_1preg_2not_3unknown"].strip())
            return f"{name}, female, {told or 'pregnancy not known'}"
    return YOUNGER


def section(service: Service, folder: Path, track: Callable[[Sequence[str]], Iterator[str]] = iter) -> Section:
    """
    Return the section about NHANES.

    Args:
        service: Is asked about each row, in each of its profiles.

        folder: Where the file lies.

        track: Is given the profiles, and may tell how far it came.

    Returns:
        The section.
    """
    file, mapping = NHANES
    table = rows(folder / file)
    panels = list(service.panels(folder / file, mapping, WORDS["nhanes"]["assume"]))
    counted = [
        (row, panel)
        for row, panel in zip(table, panels, strict=True)
        if isinstance(panel, GivenPanel) and row["hgb_g_dL"].strip()
    ]
    women = [place for place, (row, _) in enumerate(counted) if row["ferritin_ng_mL"].strip()]
    numbers = {"counted": len(counted), "people": len(table), "women": len(women)}
    words = WORDS["nhanes"]
    told = Section(words["title"], words["words"], [text.format(**numbers) for text in words["notes"]])
    by_profile: dict[str, list[Said]] = {}
    for profile in track(sorted(service.release.profiles)):
        by_profile[profile] = [service.said(panel, profile) for _, panel in counted]
    groups = [group(row) for row, _ in counted]
    told.grids += _anemias(groups, by_profile)
    told.grids.append(_iron(service, {name: [said[place] for place in women] for name, said in by_profile.items()}))
    return told


def _anemias(groups: Sequence[str], by_profile: Mapping[str, Sequence[Said]]) -> Iterator[Grid]:
    """Yield a table of anemia by group for each profile, or for several that answer alike."""
    alike: dict[tuple[tuple[str, ...], ...], list[str]] = {}
    for profile, said in by_profile.items():
        alike.setdefault(tuple(_anemia(groups, said)), []).append(profile)
    for lines, profiles in alike.items():
        yield Grid(f"Anemia by group: {', '.join(profiles)}", ("group", "people", "anemia", "none", "unknown"), lines)


def _anemia(groups: Sequence[str], said: Sequence[Said]) -> Iterator[tuple[str, ...]]:
    counts = Counter((name, one.findings.get("anemia", State.UNKNOWN)) for name, one in zip(groups, said, strict=True))
    ages = [YOUNGER, *(age for age, _, _ in AGES)]
    for name in sorted(set(groups), key=lambda name: (ages.index(name.partition(",")[0]), name)):
        number = {state: counts[name, state] for state in STATES}
        whole = sum(number.values())
        yield name, str(whole), proportion(number[State.PRESENT], whole), str(number[State.ABSENT]), _open(number)


def _open(number: Mapping[State, int]) -> str:
    return str(number[State.UNKNOWN] + number[State.CONFLICTING])


def _iron(service: Service, by_profile: Mapping[str, Sequence[Said]]) -> Grid:
    deficient = about(service.release.vocabulary, Target.IRON)
    with_anemia = frozenset(
        name
        for name in deficient
        if any(code.code.startswith("D50.") for code in service.release.vocabulary.conclusions[name].codes)
    )
    lines = []
    for profile, said in by_profile.items():
        whole = len(said)
        found = Counter(one.findings.get("iron-deficiency", State.UNKNOWN) for one in said)
        lines.append(
            (
                profile,
                proportion(found[State.PRESENT], whole),
                str(found[State.ABSENT]),
                _open({state: found[state] for state in STATES}),
                proportion(_told(said, with_anemia, LIKELY), whole),
                str(_told(said, with_anemia, (*LIKELY, Certainty.POSSIBLE))),
                proportion(_told(said, deficient - with_anemia, LIKELY), whole),
            )
        )
    return Grid(
        "Iron deficiency among the women with a ferritin, by profile",
        (
            "profile",
            "iron deficiency",
            "none",
            "unknown",
            "iron deficiency anemia (D50), likely or confirmed",
            "or possible",
            "iron deficiency without anemia (E61.1)",
        ),
        lines,
    )


def _told(said: Sequence[Said], names: frozenset[str], certainties: tuple[Certainty, ...]) -> int:
    return sum(any(one.conclusions.get(name) in certainties for name in names) for one in said)
