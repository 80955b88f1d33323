"""
Random patients, for the properties that must hold of all of them.

`panels` draws what a caller may say of a patient, against any release: it reads from the release the
numbers at which something changes, and draws on them, next to them and far from them. Intake accepts
every panel that is drawn. Random rule sets to ask about them are drawn in `tests.rule_sets`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

from service.adapters.knowledge.folder import KnowledgeFolder, read_files
from service.domain.derivations import Change, DaysSince
from service.domain.effective import look_up
from service.domain.figures import exact_text
from service.domain.formulas import Formula, evaluate
from service.domain.given import GivenEvent, GivenFinding, GivenPanel, GivenResult
from service.domain.happened import days_between
from service.domain.intervals import End, Interval
from service.domain.laboratory import Flag, GivenReference
from service.domain.measures import AGE, Assumable, Measure, MeasureKind
from service.domain.quantities import Quantity, compared, parse_quantity
from service.domain.release import Profile, Release
from service.domain.scales import State

KNOWLEDGE = Path(__file__).parents[1] / "knowledge"

AS_OF = datetime(2026, 11, 22, 10, tzinfo=UTC)
TIMES = (
    None, AS_OF, AS_OF - timedelta(hours=2), AS_OF - timedelta(days=30), AS_OF, AS_OF - timedelta(days=60)
)  # fmt: skip
# Near enough to a limit to be on its other side for no other reason.
NEAR = (Fraction(1, 10), Fraction(1, 10**9))
COMPARATORS = ("<", "<=", ">", ">=")
# Young enough to be still possible when a year is added.
OLDEST = 1500


def examples(number: int) -> settings:
    """
    Draw *number* examples in the suite, and more of them in longer runs.
    """
    return settings(max_examples=max(number * settings.default.max_examples // 100, 1))


@lru_cache(maxsize=1)
def knowledge() -> Release:
    """
    Return the working copy of the knowledge, without its cases.
    """
    folder = KnowledgeFolder(KNOWLEDGE)
    (ruleset,) = folder.rulesets()
    files = {path: raw for path, raw in folder.files(ruleset).items() if not path.endswith(".cases.yaml")}
    return read_files(files, ruleset, "draft", "sha256:0")[0]


# -- where something changes -----------------------------------------------------------------------


@dataclass(frozen=True)
class Landmarks:
    """
    What of a release matters to whoever draws panels for it.

    Attributes:
        release: The release.

        results: For each measure that a laboratory reports and that anything rests on, the values
            at which something changes, and values near them and far from them.

        idle: Other measures that a laboratory reports.

        quantities: The same as *results* for what is said of the patient, age aside.

        ages: The same for age, in months.

        goals: For each measure that a formula computes, the limits that its value is compared with.

        events: For each event, days ago at and beside which something changes.
    """

    release: Release
    results: dict[str, tuple[Fraction, ...]]
    idle: tuple[str, ...]
    quantities: dict[str, tuple[Fraction, ...]]
    ages: tuple[Fraction, ...]
    goals: dict[str, tuple[Fraction, ...]]
    events: dict[str, tuple[Fraction, ...]]


_read: list[Landmarks] = []


def landmarks(release: Release) -> Landmarks:
    """
    Return the landmarks of *release*. Those asked for last are kept, for the next panel.
    """
    if not _read or _read[0].release is not release:
        _read[:] = [_landmarks(release)]
    return _read[0]


def _landmarks(release: Release) -> Landmarks:
    limits: defaultdict[str, set[Fraction]] = defaultdict(set)
    for name, limit in _limits(release):
        limits[name].add(limit)
    measures = release.vocabulary.measures
    points = {name: _points(measure, limits[name]) for name, measure in measures.items()}
    reported = [m.name for m in measures.values() if m.kind is MeasureKind.LABORATORY]
    said = [m.name for m in measures.values() if m.kind is MeasureKind.PATIENT]
    used = _used(release)
    return Landmarks(
        release,
        {name: points[name] for name in reported if name in used},
        tuple(name for name in reported if name not in used),
        {name: points[name] for name in said if name != AGE},
        tuple(one for one in points[AGE] if one < OLDEST),
        {
            name: tuple(sorted(limits[name]))
            for name in release.computing_order
            if limits[name] and measures[name].formulas
        },
        {name: _ago(release, limits, name) for name in release.vocabulary.events},
    )


def _ago(release: Release, limits: Mapping[str, set[Fraction]], event: str) -> tuple[Fraction, ...]:
    """
    Return days since an event at which something changes, those at which results are drawn among them.
    """
    since = [m.name for m in release.vocabulary.measures.values() if m.derivation == DaysSince(event)]
    on = [limit for name in since for limit in limits[name] if limit >= 0]
    taken = [days_between(one, AS_OF) for one in TIMES if one is not None]
    points = [*on, *taken, *(one + sign * NEAR[0] for one in (*on, *taken) for sign in (-1, 1)), Fraction(400)]
    return tuple(point for point in points if point >= 0)


def _limits(release: Release) -> Iterator[tuple[str, Fraction]]:
    """
    Yield each measure with each value at which some row, step or domain of it begins or ends.
    """
    bands: list[tuple[str, Interval]] = []
    for threshold in release.numbers.thresholds.values():
        for choice in threshold.choices.values():
            for row in choice.rows:
                bands.append((AGE, row.age))
                if row.limit is not None:
                    yield choice.compares, row.limit
                    yield threshold.of, row.limit
    for table in release.numbers.tables.values():
        for choice in table.choices.values():
            bands += [(table.of, step.over) for step in choice.steps]
    for attribute in release.vocabulary.attributes.values():
        if attribute.applies_age is not None:
            bands.append((AGE, attribute.applies_age))
    for name, band in bands:
        yield from ((name, end.value) for end in (band.low, band.high) if end.value is not None)


def _used(release: Release) -> set[str]:
    """
    Return the measures that some threshold or table rests on, their operands included.
    """
    used = {table.of for table in release.numbers.tables.values()}
    for threshold in release.numbers.thresholds.values():
        used |= {threshold.of, *(choice.compares for choice in threshold.choices.values())}
    for name in reversed(release.computing_order):
        if name in used:
            measure = release.vocabulary.measures[name]
            for formula in measure.formulas:
                used |= set(formula.names)
            if isinstance(measure.derivation, Change):
                used.add(measure.derivation.of)
    return used


def _points(measure: Measure, limits: set[Fraction]) -> tuple[Fraction, ...]:
    """
    Return values on, beside, between and far from the limits of a measure.
    """
    spans = [span for span in (measure.usual, measure.possible) if span is not None]
    ends = [end.value for span in spans for end in (span.low, span.high) if end.value is not None]
    on = sorted(limits)
    beside = [limit + sign * near for limit in on for near in NEAR for sign in (-1, 1)]
    between = [(one + other) / 2 for one, other in pairwise(on)]
    far = [limit * factor for limit in on[:1] + on[-1:] for factor in (Fraction(1, 10), 10)]
    inside = [ends[0] + (ends[1] - ends[0]) * part / 8 for part in range(1, 8)] if ends else []
    # The limits stand twice, so that they are drawn as often as what is beside them.
    points = [*on, *on, *beside, *between, *far, *ends, *inside, Fraction(0)]
    if measure.kind is MeasureKind.PATIENT and measure.possible is not None:
        # Of the patient nothing impossible is accepted.
        points = [one for one in points if measure.possible.meets(Interval.exactly(one))]
    return tuple(points)


# -- panels ----------------------------------------------------------------------------------------


@st.composite
def panels(draw, release: Release, *, assuming: bool = False) -> GivenPanel:
    """
    Draw what a caller may say of one patient; if *assuming*, the request always assumes something.
    """
    marks = landmarks(release)
    quantities, birth_date = draw(_said(marks))
    findings, complete = draw(_observed(release))
    return GivenPanel(
        AS_OF,
        draw(_attributes(release)),
        quantities,
        birth_date,
        draw(_results(marks)),
        findings,
        complete,
        draw(_assumptions(marks)) if assuming or draw(st.integers(0, 3)) == 0 else {},
        draw(_events(marks)),
    )


@st.composite
def _events(draw, marks: Landmarks) -> tuple[GivenEvent, ...]:
    """
    Draw when something happened: an instant, a day, or never; some are not told.
    """
    told = []
    for name, points in marks.events.items():
        ago = draw(st.sampled_from(points))
        at = AS_OF - timedelta(microseconds=round(ago * 86_400_000_000))
        form = draw(st.integers(0, 5))
        if form:
            told.append((name, {1: None, 2: at.date()}.get(form, at)))
    return tuple(GivenEvent(name, f"/events/{index}", at) for index, (name, at) in enumerate(told))


@st.composite
def readings(draw, points: tuple[Fraction, ...]) -> Interval:
    """
    Draw what can be printed about one value: a number, a number with a comparator, a range.
    """
    point = draw(st.sampled_from(points))
    form = draw(st.integers(0, 9))
    if form == 9:
        return Interval.of(*sorted((point, draw(st.sampled_from(points)))))
    return compared(point, COMPARATORS[form] if form < len(COMPARATORS) else None)


def quantity(interval: Interval, measure: Measure, unit: str) -> Quantity:
    """
    Return *interval*, which is in the canonical unit, as a quantity in *unit*.
    """
    factor = measure.factor(unit)
    assert factor is not None
    given = interval.scaled(1 / factor)
    return Quantity(given, unit, _printed(given))


def _printed(interval: Interval) -> str:
    low, high = (None if end.value is None else exact_text(end.value) for end in (interval.low, interval.high))
    if low == high and low is not None:
        return low
    if high is None:
        return f"{'>' if interval.low.open else '>='}{low}"
    if low in {None, "0"}:
        return f"{'<' if interval.high.open else '<='}{high}"
    return f"{low} to {high}"


@st.composite
def ages(draw, marks: Landmarks) -> Quantity:
    """
    Draw an age at or beside the edge of some band, completed or in between, in any accepted unit.
    """
    measure = marks.release.vocabulary.measures[AGE]
    unit = draw(st.sampled_from(measure.accepted_units))
    factor = measure.factor(unit)
    assert factor is not None
    edge, other = (max(draw(st.sampled_from(marks.ages)), Fraction(0)) / factor for _ in range(2))
    form = draw(st.integers(0, 7))
    if form < 4:
        # As people say it: completed units, at the edge or one before it.
        return parse_quantity(f"{max(int(edge) - form % 2, 0)} {unit}")
    if form == 4:
        return parse_quantity(f"{exact_text(Fraction(round(edge * 10), 10))} {unit}")
    if form == 5:
        return parse_quantity(f"{draw(st.sampled_from(COMPARATORS))}{int(edge) + 1} {unit}")
    if form == 6:
        return Quantity(Interval.of(*sorted((edge, other))), unit, f"{edge}, {other}")
    about = Interval.of(edge, edge + 1, low_open=True, high_open=True)
    return Quantity(about, unit, f"about {edge}")


@st.composite
def _said(draw, marks: Landmarks) -> tuple[dict[str, tuple[Quantity, str]], date | None]:
    """
    Draw what is said of the patient in numbers: an age or a birth date, altitude and the like.
    """
    said = {}
    birth_date = None
    form = draw(st.integers(0, 11))
    if form == 0:
        birth_date = _born(draw(st.sampled_from(marks.ages)), draw(st.integers(-1, 1)))
    elif form > 1:
        said[AGE] = (draw(ages(marks)), "/patient/age")
    for name, points in marks.quantities.items():
        measure = marks.release.vocabulary.measures[name]
        if draw(st.integers(0, 2)) == 0:
            interval = draw(readings(points))
            unit = draw(st.sampled_from(measure.accepted_units))
            if measure.possible is None or interval.meets(measure.possible):
                said[name] = (quantity(interval, measure, unit), f"/patient/{name}")
    return said, birth_date


def _born(months: Fraction, days: int) -> date:
    whole = AS_OF.year * 12 + AS_OF.month - 1 - int(months)
    day = date(whole // 12, whole % 12 + 1, AS_OF.day) + timedelta(days=days)
    return min(day, AS_OF.date())


@st.composite
def _attributes(draw, release: Release) -> dict[str, tuple[str, str]]:
    drawn = {}
    for name, attribute in release.vocabulary.attributes.items():
        either = " or ".join(attribute.values[:2])
        words = (None, *attribute.values, *attribute.values, *attribute.groups, either)
        word = draw(st.sampled_from(words))
        if word is not None:
            drawn[name] = (word, f"/patient/{name}")
    return drawn


@st.composite
def _observed(draw, release: Release) -> tuple[tuple[GivenFinding, ...], tuple[tuple[str, str], ...]]:
    """
    Draw findings that are stated, and groups that are stated to be complete.
    """
    observed = [one for one in release.vocabulary.findings.values() if one.observed]
    states = (None, State.PRESENT, State.ABSENT, State.UNKNOWN)
    drawn = [(one.name, draw(st.sampled_from(states))) for one in observed]
    groups = sorted({one.group for one in observed})
    complete = [group for group in groups if draw(st.integers(0, 3)) == 0]
    return (
        tuple(
            GivenFinding(name, state, f"/findings/{index}")
            for index, (name, state) in enumerate(drawn)
            if state is not None
        ),
        tuple((group, f"/complete/{index}") for index, group in enumerate(complete)),
    )


@st.composite
def _results(draw, marks: Landmarks) -> tuple[GivenResult, ...]:
    """
    Draw results: few or many, some repeated, some so that a computed measure hits its limit.
    """
    measures = marks.release.vocabulary.measures
    density = draw(st.integers(2, 10))
    # Of a measure whose change is computed, several are drawn as often as one.
    measured_again = marks.release.vocabulary.followed if draw(st.booleans()) else frozenset()
    drawn: list[tuple[str, Interval]] = []
    for name, points in marks.results.items():
        chance = draw(st.integers(0, 11))
        if chance < density:
            drawn.append((name, draw(readings(points))))
        if chance == 0 or (name in measured_again and chance < density):
            again = drawn[-1][1] if draw(st.booleans()) else draw(readings(points))
            drawn.append((name, again))
    if marks.idle and density == 2:
        drawn.append((draw(st.sampled_from(marks.idle)), Interval.exactly(40)))
    if marks.goals and draw(st.integers(0, 2)) == 0:
        aimed = draw(_aimed(marks))
        drawn = [one for one in drawn if one[0] not in aimed]
        drawn += [(name, Interval.exactly(value)) for name, value in aimed.items() if value]
    timed = bool(measured_again) or draw(st.integers(0, 3)) == 0
    times = TIMES[1:] if measured_again else TIMES
    results = []
    for index, (name, interval) in enumerate(drawn):
        measure = measures[name]
        foreign = measure.units and draw(st.integers(0, 3)) == 0
        unit = draw(st.sampled_from(measure.units)) if foreign else measure.unit
        code = measure.loinc[0] if measure.loinc and index % 5 == 4 else None
        reference, flag = draw(_told_by_laboratory(marks, name, unit, f"/results/{index}"))
        results.append(
            GivenResult(
                f"r{index + 1}",
                f"/results/{index}",
                quantity(interval, measure, unit),
                None if code else name,
                code,
                draw(st.sampled_from(times)) if timed else None,
                reference,
                flag,
            )
        )
    return tuple(results)


@st.composite
def _told_by_laboratory(
    draw, marks: Landmarks, name: str, unit: str, pointer: str
) -> tuple[GivenReference | None, Flag | None]:
    """
    Draw what the laboratory says beside a result: nothing, a range, a flag, or both, which may contradict each other.
    """
    form = draw(st.integers(0, 5))
    flag = draw(st.sampled_from(tuple(Flag))) if form in {1, 3} else None
    return (draw(_references(marks, name, unit, pointer)) if form in {2, 3} else None), flag


@st.composite
def _references(draw, marks: Landmarks, name: str, unit: str, pointer: str) -> GivenReference:
    """
    Draw a range near the limits of a measure, one limit or two, sometimes given for somebody.
    """
    factor = marks.release.vocabulary.measures[name].factor(unit)
    ends = (
        sorted(draw(st.sampled_from(marks.results[name])) / factor for _ in range(2))
        if name in marks.results
        else [1, 2]
    )
    low, high = draw(st.sampled_from((tuple(ends), (ends[0], None), (None, ends[1]), (ends[0], ends[0]))))
    place = f"{pointer}/reference"
    whom = {}
    age_from = None
    if draw(st.integers(0, 3)) == 0:
        attribute = draw(st.sampled_from(sorted(marks.release.vocabulary.attributes)))
        word = draw(st.sampled_from(marks.release.vocabulary.attributes[attribute].values))
        whom = {attribute: (word, f"{place}/{attribute}")}
        age_from = draw(st.sampled_from((None, (parse_quantity("18 a"), f"{place}/age_from"))))
    return GivenReference(low, high, place, whom, age_from)


@st.composite
def _aimed(draw, marks: Landmarks) -> dict[str, Fraction | None]:
    """
    Draw operands with which a computed measure lies exactly on one of its limits.

    Returns:
        The value of each operand, and None for the measure, which must not be reported itself.
    """
    release = marks.release
    name = draw(st.sampled_from(sorted(marks.goals)))
    goal = draw(st.sampled_from(marks.goals[name]))
    formula = draw(st.sampled_from(release.vocabulary.measures[name].formulas))
    profile = release.profiles[draw(st.sampled_from(sorted(release.profiles)))]
    operands = [one for one in formula.names if one in marks.results]
    fixed = {
        one: draw(st.sampled_from([point for point in marks.results[one] if point > 0] or [1])) for one in operands[1:]
    }
    if not operands:
        return {}
    found = _solve(release, profile, formula, operands[0], fixed, goal)
    return {} if found is None else {name: None, operands[0]: found, **fixed}


def _solve(
    release: Release,
    profile: Profile,
    formula: Formula,
    unknown: str,
    fixed: dict[str, Fraction],
    goal: Fraction,
) -> Fraction | None:
    """
    Return the value of *unknown* for which the formula gives *goal*, if it is linear in it.
    """

    def at(value: Fraction) -> Fraction | None:
        def value_of(name: str) -> Interval | None:
            if name in release.numbers.constants:
                return release.constant(profile, name).value
            if name in release.numbers.tables:
                return look_up(release, profile, name, Interval.exactly(0))
            one = value if name == unknown else fixed.get(name)
            return None if one is None else Interval.exactly(one)

        found = evaluate(formula, value_of)
        return found.low.value if found is not None and found.is_exact else None

    one, two = at(Fraction(1)), at(Fraction(2))
    if one is None or two is None or one == two:
        return None
    solution = 1 + (goal - one) / (two - one)
    return solution if at(solution) == goal else None


@st.composite
def _assumptions(draw, marks: Landmarks) -> dict[str, tuple[str, str]]:
    """
    Draw what a request assumes.
    """
    vocabulary = marks.release.vocabulary
    drawn = {}
    for name, points in marks.quantities.items():
        measure = vocabulary.measures[name]
        if measure.assumable is not Assumable.NEVER and draw(st.integers(0, 2)):
            drawn[name] = f"{exact_text(draw(st.sampled_from(points)))} {measure.unit}"
    for name, attribute in vocabulary.attributes.items():
        if attribute.assumable is not Assumable.NEVER and draw(st.integers(0, 2)):
            drawn[name] = draw(st.sampled_from((*attribute.values, *attribute.groups)))
    return {name: (text, f"/assume/{name}") for name, text in drawn.items()}


# -- the same panel, and more of it ----------------------------------------------------------------


@st.composite
def additions(draw, release: Release, given: GivenPanel) -> GivenPanel:
    """
    Draw a panel that says all that *given* says, and more, or the same more precisely.
    """
    marks = landmarks(release)
    for _ in range(draw(st.integers(1, 3))):
        ways = (_with_result, _with_narrower, _with_range, _with_word, _with_said, _with_observed, _with_event)
        way = draw(st.sampled_from(ways))
        given = draw(way(marks, given))
    return given


@st.composite
def _with_result(draw, marks: Landmarks, given: GivenPanel) -> GivenPanel:
    """
    Add a result of something that has none yet.
    """
    measures = marks.release.vocabulary.measures
    reported = {one.measure or marks.release.vocabulary.measure_of_code(one.code).name for one in given.results}
    missing = [name for name in marks.results if name not in reported]
    if not missing:
        return given
    name = draw(st.sampled_from(missing))
    added = GivenResult(
        f"r{len(given.results) + 1}",
        f"/results/{len(given.results)}",
        quantity(draw(readings(marks.results[name])), measures[name], measures[name].unit),
        name,
        None,
        draw(st.sampled_from((None, AS_OF))),
    )
    return replace(given, results=(*given.results, added))


@st.composite
def _with_narrower(draw, marks: Landmarks, given: GivenPanel) -> GivenPanel:
    """
    Print one result more precisely.
    """
    if not given.results:
        return given
    index = draw(st.integers(0, len(given.results) - 1))
    result = given.results[index]
    inside = draw(_inside(result.quantity.interval))
    narrower = replace(result, quantity=Quantity(inside, result.quantity.unit, _printed(inside)))
    return replace(given, results=(*given.results[:index], narrower, *given.results[index + 1 :]))


@st.composite
def _with_range(draw, marks: Landmarks, given: GivenPanel) -> GivenPanel:
    """
    Say beside a result what the laboratory says of it, where nothing was said.
    """
    silent = [index for index, one in enumerate(given.results) if not (one.reference and one.flag)]
    if not silent:
        return given
    index = draw(st.sampled_from(silent))
    result = given.results[index]
    name = result.measure or marks.release.vocabulary.measure_of_code(result.code).name
    reference, flag = draw(_told_by_laboratory(marks, name, result.quantity.unit, result.pointer))
    told = replace(result, reference=result.reference or reference, flag=result.flag or flag)
    return replace(given, results=(*given.results[:index], told, *given.results[index + 1 :]))


@st.composite
def _inside(draw, interval: Interval) -> Interval:
    """
    Draw a part of an interval: one value, or from one on.
    """
    low, high = interval.low.value, interval.high.value
    start = Fraction(0) if low is None else low
    end = start + 1000 if high is None else high
    if low is None and high is not None:
        start = high - 1000
    part = draw(st.sampled_from((Fraction(1, 2), Fraction(1, 10**6), 1 - Fraction(1, 10**6))))
    point = start + (end - start) * part
    exact = Interval.exactly(point)
    return draw(st.sampled_from((exact, interval.intersection(Interval.of(point, None)) or exact)))


@st.composite
def _with_word(draw, marks: Landmarks, given: GivenPanel) -> GivenPanel:
    """
    Say one attribute more precisely.
    """
    attributes = marks.release.vocabulary.attributes
    name = draw(st.sampled_from(sorted(attributes)))
    before = given.attributes.get(name)
    still = attributes[name].values if before is None else sorted(attributes[name].meaning(before[0]))
    word = draw(st.sampled_from(still))
    return replace(given, attributes={**given.attributes, name: (word, f"/patient/{name}")})


@st.composite
def _with_said(draw, marks: Landmarks, given: GivenPanel) -> GivenPanel:
    """
    Say one number about the patient that was not said, or say it more precisely.
    """
    measures = marks.release.vocabulary.measures
    name = draw(st.sampled_from((AGE, AGE, *marks.quantities)))
    said = given.quantities.get(name)
    if said is not None and not said[0].interval.is_exact:
        inside = draw(_inside(said[0].interval))
        if name == AGE:
            # An exact age would be read as a completed one.
            inside = replace(inside, high=End(inside.high.value and inside.high.value + NEAR[1], open=True))
        narrower = Quantity(inside, said[0].unit, _printed(inside))
    elif said is None and name == AGE and given.birth_date is None:
        narrower = draw(ages(marks))
    elif said is None and name != AGE:
        narrower = quantity(
            Interval.exactly(draw(st.sampled_from(marks.quantities[name]))), measures[name], measures[name].unit
        )
    else:
        return given
    return replace(given, quantities={**given.quantities, name: (narrower, f"/patient/{name}")})


@st.composite
def _with_observed(draw, marks: Landmarks, given: GivenPanel) -> GivenPanel:
    """
    State a finding that was not stated, or that a group is complete.
    """
    observed = [one for one in marks.release.vocabulary.findings.values() if one.observed]
    if not observed:
        return given
    chosen = draw(st.sampled_from(observed))
    if draw(st.booleans()):
        return replace(given, complete=(*given.complete, (chosen.group, f"/complete/{len(given.complete)}")))
    stated = {one.finding for one in given.findings}
    if chosen.name in stated or chosen.group in {group for group, _ in given.complete}:
        return given
    state = draw(st.sampled_from((State.PRESENT, State.ABSENT)))
    added = GivenFinding(chosen.name, state, f"/findings/{len(given.findings)}")
    return replace(given, findings=(*given.findings, added))


@st.composite
def _with_event(draw, marks: Landmarks, given: GivenPanel) -> GivenPanel:
    """
    Tell when something happened that was not told, or at which time of a day that was.
    """
    if not marks.events:
        return given
    name = draw(st.sampled_from(sorted(marks.events)))
    told = {one.event: one for one in given.events}
    before = told.get(name)
    if before is None:
        (added,) = draw(_events(replace(marks, events={name: marks.events[name]}))) or (None,)
        return given if added is None else replace(given, events=(*given.events, added))
    if not isinstance(before.at, date) or isinstance(before.at, datetime):
        return given
    start = datetime.combine(before.at, time(), AS_OF.tzinfo)
    seconds = draw(st.integers(0, min(86_399, int((AS_OF - start).total_seconds()))))
    exact = replace(before, at=start + timedelta(seconds=seconds))
    return replace(given, events=tuple(exact if one is before else one for one in given.events))


def with_results(panel: GivenPanel, texts: Mapping[str, str]) -> GivenPanel:
    """
    Add results to a panel: the text of each, by measure.
    """
    first = len(panel.results)
    added = [
        GivenResult(f"r{index + 1}", f"/results/{index}", parse_quantity(text), name)
        for index, (name, text) in enumerate(texts.items(), first)
    ]
    return replace(panel, results=(*panel.results, *added))
