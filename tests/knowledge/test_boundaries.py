"""
Every limit of every profile, below, at and above it, for a patient of each kind that a row speaks of.

The oracle reads the files itself, as text, and knows nothing of margins or possible rows: for one patient
it looks for the one row that fits, and compares two numbers. No result here has a range of its laboratory; cases
have, those of ANE-010 among them.
"""

from fractions import Fraction
from itertools import product

import pytest

from service.adapters.knowledge.strict_yaml import parse_yaml
from service.domain.effective import look_up
from service.domain.intervals import Interval
from service.domain.nodes import plain
from service.domain.panel import Origin, Panel, Possible, Value
from service.domain.scales import State
from service.domain.standing import stand_all
from tests.strategies import AS_OF, KNOWLEDGE, knowledge

MONTHS = {"mo": Fraction(1), "a": Fraction(12)}
WORDS = {"below": "low", "at most": "low", "above": "high", "at least": "high"}
NEAR = Fraction(1, 10**6)
(FOLDER,) = [path.parent for path in KNOWLEDGE.glob("*/ruleset.yaml")]


def text_of(path):
    return plain(parse_yaml(path.read_bytes(), path.name))


THRESHOLDS = text_of(FOLDER / "thresholds.yaml")["thresholds"]
ATTRIBUTES = text_of(KNOWLEDGE / "vocabulary.yaml")["attributes"]
PROFILES = {path.stem: text_of(path) for path in (FOLDER / "profiles").glob("*.yaml")}


def chosen(profile: str, threshold: str) -> str:
    """
    Return the choice of a profile, or of what it extends.
    """
    while threshold not in PROFILES[profile].get("choose", {}):
        profile = PROFILES[profile]["extends"]
    return PROFILES[profile]["choose"][threshold]


def without_range(profile: str, threshold: str) -> str:
    """
    Return the choice that holds for results that come without a range of their laboratory.
    """
    choice = chosen(profile, threshold)
    return THRESHOLDS[threshold]["choices"][choice].get("otherwise", choice)


def rows_of(threshold: str, choice: str) -> list[dict[str, str]]:
    """
    Return the rows of a choice; what it extends is kept but for its holes.
    """
    written = THRESHOLDS[threshold]["choices"][choice]
    kept = rows_of(threshold, written["extends"]) if "extends" in written else []
    return [row for row in kept if "no limit" not in row] + written.get("rows", [])


def months(band: str) -> tuple[Fraction, Fraction | None]:
    """
    Return the ends of a band of ages in months.
    """
    words = band.split()
    ends = {
        word: Fraction(words[at + 1]) * MONTHS[words[at + 2]] for at, word in enumerate(words) if word in {"from", "to"}
    }
    return ends.get("from", Fraction(0)), ends.get("to")


def meant(attribute: str, words: str) -> set[str]:
    """
    Return the values that the words of a row stand for.
    """
    groups = ATTRIBUTES[attribute].get("groups", {})
    return {value for word in words.split(" or ") for value in groups.get(word, [word])}


def fits(row: dict[str, str], patient: dict[str, object]) -> bool:
    """
    Return whether a row speaks of a patient.
    """
    for key, words in row.items():
        if key == "age":
            low, high = months(words)
            if patient["age"] < low or (high is not None and patient["age"] >= high):
                return False
        elif key in ATTRIBUTES:
            if patient[key] not in meant(key, words):
                return False
        elif key in patient and patient[key] != words:
            return False
    return True


def can_be(patient: dict[str, object]) -> bool:
    """
    Return whether there is such a patient: of an age of the scope, and not pregnant out of turn.
    """
    for name, attribute in ATTRIBUTES.items():
        applies = attribute.get("applies to", {})
        if applies and patient[name] != attribute["otherwise"]:
            low, high = months(applies.get("age", "from 0 a"))
            if patient["age"] < low or (high is not None and patient["age"] >= high):
                return False
            if any(patient[key] not in meant(key, words) for key, words in applies.items() if key != "age"):
                return False
    return patient["age"] >= 6


def patients(rows: list[dict[str, str]]) -> list[dict[str, object]]:
    """
    Return patients at, before and after each end of a band, of all values and states that a row speaks of.
    """
    edges = {end for row in rows for end in months(row.get("age", "from 6 mo")) if end is not None}
    ages = sorted({edge + step for edge in edges | {Fraction(6), Fraction(1200)} for step in (-NEAR, 0, NEAR)})
    findings = sorted(
        {key for row in rows for key in row if key not in ATTRIBUTES}
        - {"age", "no limit", "source", "where", "read", *WORDS}
    )
    spoken_of = {key for row in rows for key in row}
    spoken_of |= {key for name in spoken_of & set(ATTRIBUTES) for key in ATTRIBUTES[name].get("applies to", {})}
    values = [
        attribute["values"] if name in spoken_of else [attribute.get("otherwise", attribute["values"][0])]
        for name, attribute in ATTRIBUTES.items()
    ]
    found = []
    for age, *rest in product(ages, *values, *([("present", "absent")] * len(findings))):
        patient = dict(zip(("age", *ATTRIBUTES, *findings), (age, *rest), strict=True))
        if can_be(patient):
            found.append(patient)
    return found


def stand(profile: str, threshold: str, patient: dict[str, object], value: Fraction):
    """
    Return where the program says that a patient with a value stands.
    """
    release = knowledge()
    one = release.profiles[profile]
    compared = {choice.compares for choice in release.choices(one, threshold)}
    values = {
        "age": Value(Interval.exactly(patient["age"]), Origin.REPORTED, ("age",)),
        **{name: Value(Interval.exactly(value), Origin.REPORTED, ("r1",)) for name in compared},
    }
    attributes = {name: Possible(frozenset({patient[name]}), Origin.REPORTED) for name in ATTRIBUTES}
    panel = Panel(AS_OF, values, frozenset(), attributes, {}, (), (), ())
    return stand_all(release, one, panel, values)[threshold]


CHOICES = [
    pytest.param(profile, threshold, id=f"{profile}: {threshold}")
    for profile in sorted(PROFILES)
    for threshold in THRESHOLDS
]


@pytest.mark.parametrize(("profile", "threshold"), CHOICES)
def test_limits(profile, threshold):
    """
    Below, at and above the limit of the row that fits, the program's margin has the sign that the word of the
    row gives; where the row says that there is no limit, or that it is the laboratory's own, there is no margin.
    Nor is there one where the choice has no limit, whatever the other one says that holds for results without a range.
    """
    rows = rows_of(threshold, without_range(profile, threshold))
    own = rows_of(threshold, chosen(profile, threshold))
    of_age = THRESHOLDS[threshold]["of"] == "age"
    wrong, seen = [], set()
    for patient in patients(rows):
        ((number, row),) = [(number, row) for number, row in enumerate(rows) if fits(row, patient)]
        seen.add(number)
        word = next((word for word in WORDS if word in row and not row[word].startswith("laboratory")), None)
        if any("no limit" in one for one in own if fits(one, patient)):
            word = None
        limit = Fraction(row[word]) if word else Fraction(10)
        state = next((State(words) for words in patient.values() if words in {"present", "absent"}), None)
        for value in (limit - NEAR, limit, limit + NEAR):
            who = {**patient, "age": value} if of_age else patient
            margin = stand(profile, threshold, who, value).margins.get(state)
            expected = None
            if word:
                under = value < limit or (value == limit and word in {"at most", "above"})
                expected = -1 if under else 1
            signs = None if margin is None else {margin.low.sign, margin.high.sign}
            if signs != (None if expected is None else {expected}):
                wrong.append((str(value), {key: str(one) for key, one in who.items()}, expected, margin))

    assert wrong[:5] == []
    unreachable = [row for number, row in enumerate(rows) if number not in seen]
    assert all(row.get("age") == "to 6 mo" for row in unreachable)


TABLES = text_of(FOLDER / "thresholds.yaml")["tables"]


@pytest.mark.parametrize("profile", sorted(PROFILES))
@pytest.mark.parametrize("table", sorted(TABLES))
def test_steps(profile, table):
    """
    Before, at and after each end of a step, a table gives what the step that holds the value says.
    """
    release = knowledge()
    steps = TABLES[table]["choices"][chosen(profile, table)]["steps"]
    for step in steps:
        start = Fraction(step["from"].split()[0])
        for value in (start, start + NEAR):
            found = look_up(release, release.profiles[profile], table, Interval.exactly(value))
            number = step.get("is") if "unit" in TABLES[table] else None
            assert found == (None if number is None else Interval.exactly(Fraction(number)))
        assert "to" not in step or any(other["from"] == step["to"] for other in steps)
