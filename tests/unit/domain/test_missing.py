from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice, product

from hypothesis import given, settings
from hypothesis import strategies as st

from service.application.answer import document
from service.application.decide import decide
from service.application.semantics_alone import SemanticsAlone
from service.domain.decision import Decision, Status
from service.domain.errors import PanelError
from service.domain.given import GivenEvent, GivenFinding, GivenPanel, GivenResult
from service.domain.intervals import Interval
from service.domain.laboratory import GivenReference
from service.domain.missing import missing
from service.domain.question import status
from service.domain.release import Release
from service.domain.rules import Comparison
from service.domain.scales import State
from service.domain.told import told
from tests import small
from tests.strategies import AS_OF, landmarks, panels, quantity

MAN = {"age": "40 a", "sex": "male"}
ANEMIC = {**MAN, "hemoglobin": "100 g/L"}
FERRITIN = ("ferritin",)


def asked(*changes: small.Change, **said) -> list[tuple[tuple[str, ...], ...]]:
    return [one.tests for one in missing(small.decide(*changes, **said))]


class TestAsked:
    def test_alternatives(self):
        """
        What could make the same rules fire stands in one entry, the easiest first; each alternative is the least
        that has to be known together.
        """
        (entry,) = missing(small.decide(**ANEMIC))

        assert entry.tests[0] == FERRITIN
        assert set(entry.tests[1:]) == {
            ("bleeding", "saturation"),
            ("bleeding", "target-cells"),
            ("saturation", "target-cells"),
        }
        assert [name for name, _ in entry.conclusions] == ["iron-anemia"]
        assert entry.rules == ("IDA-010",)

    def test_gray_zone(self):
        """
        Between two limits the finding that tells them apart is asked for, not the result again.
        """
        found = asked(**ANEMIC, ferritin="40 ug/L", complete=["history", "film"], saturation="30 %")

        assert found == [(("crp",),)]

    def test_scope(self):
        """
        Where the scope is unknown, what decides it is asked for and nothing else.
        """
        (entry,) = missing(small.decide(hemoglobin="100 g/L"))

        assert (entry.tests, entry.decides_scope) == ((("age",),), True)

    def test_not_applicable(self):
        """
        Outside the scope nothing is asked for.
        """
        assert asked(age="3 mo") == []

    def test_who_it_is(self):
        """
        Sex and pregnancy are asked for where they tell limits apart, and only then.
        """
        assert (("pregnancy", "sex"),) in asked(age="40 a", hemoglobin="125 g/L")
        assert not any("sex" in test for tests in asked(age="40 a", hemoglobin="90 g/L") for test in tests)

    def test_not_everybody(self):
        """
        In whom nothing was found, nothing is asked for that only one who is ill would need.
        """
        assert asked(**MAN, hemoglobin="150 g/L") == []

    def test_called_for(self):
        """
        A measure that advice is given for want of is asked for, also where nothing else raises it.
        """
        decision = small.decide(**ANEMIC)

        assert [name for name, _, _ in decision.advice] == ["measure-ferritin"]
        assert missing(decision)[0].tests[0] == FERRITIN

    def test_range(self):
        """
        Of a result that is there without the laboratory's range, the range is asked for.
        """
        (entry, *_) = missing(
            small.decide(profile="local", **MAN, hemoglobin="100 g/L", crp="4 mg/L", ferritin="40 ug/L")
        )

        assert (entry.tests[0], entry.with_range) == (("crp",), ("crp",))


class TestSteps:
    HARD = ("vocabulary.yaml", "  film: {step: 2}", "  film: {step: 3}")
    ALL_HARD = (
        HARD,
        ("vocabulary.yaml", "  history: {step: 1}", "  history: {step: 3}"),
    )

    def test_group(self):
        """
        An observed finding has the step of its group.
        """
        steps = {"bleeding": 1, "target-cells": 2, "saturation": 2, "sex": 1, "transfusion": 1}

        assert {name: small.release().vocabulary.step_of(name) for name in steps} == steps

    def test_own(self):
        """
        A finding that says its own step has that; 2 where neither it nor its group says one.
        """
        own = (
            "vocabulary.yaml",
            "{title: Bleeding, group: history, kind: observed}",
            "{title: Bleeding, group: history, kind: observed, step: 3}",
        )
        none = ("vocabulary.yaml", "  history: {step: 1}\n", "")

        assert small.release(own).vocabulary.step_of("bleeding") == 3
        assert small.release(none).vocabulary.step_of("bleeding") == 2

    def test_easiest_first(self):
        """
        Entries, and alternatives within them, stand by step.
        """
        entries = missing(small.decide(age="40 a", hemoglobin="125 g/L", ferritin="40 ug/L"))

        assert [one.step for one in entries] == sorted(one.step for one in entries)

    def test_specialist_waits(self):
        """
        What only specialists do is not asked for while there is anything easier.
        """
        assert not any("target-cells" in test for tests in asked(self.HARD, **ANEMIC) for test in tests)

    def test_specialist_alone(self):
        """
        What only specialists do is asked for where nothing easier is left.
        """
        found = asked(*self.ALL_HARD, **ANEMIC, ferritin="120 ug/L", crp="1 mg/L", saturation="30 %")

        assert found == [(("bleeding", "target-cells"),)]


MODES = ("instead", "beside", "changed")
"""A result stands in place of those that are there, beside them, or with an earlier one that differs."""


def completions(
    of: Release, told_of: GivenPanel, names: tuple[str, ...], with_range: tuple[str, ...]
) -> Iterator[GivenPanel]:
    """
    Yield the panel with values for some names: at each limit, beside it and far from it.
    """
    marks, words = landmarks(of), of.vocabulary
    for values in product(*(_values(of, marks, name) for name in names)):
        for mode in MODES:
            changed = told_of
            for name, value in zip(names, values, strict=True):
                changed = _with(words, changed, name, value, mode=mode, ranged=name in with_range)
            yield changed


def _values(of, marks, name):
    words = of.vocabulary
    if name in words.attributes:
        return words.attributes[name].values
    if name in words.findings:
        return (State.PRESENT, State.ABSENT)
    if name in words.events:
        return (None, *marks.events.get(name, ()))
    points = marks.ages if name == "age" else marks.results.get(name) or marks.quantities[name]
    return sorted({points[0], points[-1], *points}, key=lambda one: (one not in {points[0], points[-1]}, one))


def _with(words, panel, name, value, *, mode, ranged):
    if name in words.attributes:
        return replace(panel, attributes={**panel.attributes, name: (value, f"/patient/{name}")})
    if name in words.findings:
        rest = tuple(one for one in panel.findings if one.finding != name)
        return replace(panel, findings=(*rest, GivenFinding(name, value, "/findings/99")))
    if name in words.events:
        rest = tuple(one for one in panel.events if one.event != name)
        when = None if value is None else AS_OF - timedelta(days=float(value))
        return replace(panel, events=(*rest, GivenEvent(name, "/events/99", when)))
    measure = words.measures[name]
    exact = quantity(Interval.exactly(value), measure, measure.unit)
    if name == "age" or name in panel.quantities or measure.kind.value == "patient":
        return replace(panel, birth_date=None, quantities={**panel.quantities, name: (exact, f"/patient/{name}")})
    rest = panel.results if mode == "beside" else tuple(one for one in panel.results if not _is_of(words, one, name))
    limits = GivenReference(value - 1, value + 1, "/results/99/reference") if ranged else None
    new = GivenResult("new-" + name, "/results/99", exact, name, None, None if mode == "instead" else AS_OF, limits)
    if mode == "changed" and name in words.followed:
        before = quantity(Interval.exactly(200 - value), measure, measure.unit)
        rest = (*rest, replace(new, id="old-" + name, quantity=before, time=AS_OF - timedelta(days=30)))
    return replace(panel, results=(*rest, new))


def _is_of(words, result, name):
    measure = words.measure_of_code(result.code) if result.code else words.measures.get(result.measure)
    return measure is not None and measure.name == name


def decided(of: Release, profile: str, panel: GivenPanel) -> Decision:
    return decide(of, of.profiles[profile], SemanticsAlone(of), panel)[0]


def answer(decision: Decision) -> tuple:
    return (
        decision.in_scope,
        told(decision),
        tuple((name, urgency) for name, urgency, _ in decision.advice),
    )


class TestProperties:
    @settings(max_examples=15, deadline=None)
    @given(st.data())
    def test_could_change(self, data):
        """
        Of each test that is asked for, some value would change the answer.

        Rules that compare a count or a change are left out: what is known of its parts may leave no value for
        the rest, which ways do not see.
        """
        of = small.release()
        profile = data.draw(st.sampled_from(sorted(of.profiles)))
        panel = data.draw(panels(of))
        now = decided(of, profile, panel)

        for entry in missing(now):
            if entry.rules and all(_compares_derived(of, rule) for rule in entry.rules):
                continue
            for test in entry.tests:
                assert any(
                    answer(after) != answer(now)
                    for after in _tried(of, profile, completions(of, panel, test, entry.with_range))
                ), test

    @settings(max_examples=30, deadline=None)
    @given(st.data())
    def test_in_trace(self, data):
        """
        Whatever is asked for of a patient in scope stands in the full trace with a condition of an undecided rule.
        """
        of = small.release()
        now = decided(of, "default", data.draw(panels(of)))
        if now.in_scope is None:
            return
        trace = document(now)["trace"]
        open_ = {ref for made in trace["others"].get("undecided", {}).values() for ref in made}
        open_ |= {ref for rule in trace["rules"] if rule["outcome"] == "undecided" for ref in rule["conditions"]}
        named = {name for one in trace["conditions"] if one["id"] in open_ for name in one.get("needs", ())}

        assert {name for entry in missing(now) for test in entry.tests for name in test} <= named

    @settings(max_examples=30, deadline=None)
    @given(st.data())
    def test_status(self, data):
        """
        Where more data are needed, something is asked for.
        """
        of = small.release()
        profile = data.draw(st.sampled_from(sorted(of.profiles)))
        now = decided(of, profile, data.draw(panels(of)))

        assert (status(now) is not Status.MORE_DATA_NEEDED) or missing(now)

    @settings(max_examples=15, deadline=None)
    @given(st.data())
    def test_inconclusive(self, data):
        """
        Where a question is inconclusive, nothing that is sent besides answers it.
        """
        of = small.release()
        profile = data.draw(st.sampled_from(sorted(of.profiles)))
        panel = data.draw(panels(of))
        now = decided(of, profile, panel)

        if status(now) is Status.INCONCLUSIVE:
            rules = document(now)["trace"]["rules"]
            names = sorted({name for rule in rules for name in rule.get("missing", ())})
            few = data.draw(st.lists(st.sampled_from(names), unique=True, max_size=3)) if names else []
            for after in _tried(of, profile, completions(of, panel, tuple(few), ())):
                assert status(after) is not Status.CONCLUDED


def _compares_derived(of: Release, rule: str) -> bool:
    """
    Return whether a rule compares a count, or a change.
    """
    conditions = of.rules[rule].when.conditions()
    compared = (one.measure for one in conditions if isinstance(one, Comparison))
    return any(of.vocabulary.measures[measure].derivation is not None for measure in compared)


def _tried(of: Release, profile: str, several: Iterator[GivenPanel]) -> Iterator[Decision]:
    """
    Yield the decisions on panels; on those that intake refuses there is none.
    """
    for panel in islice(several, 600):
        try:
            yield decided(of, profile, panel)
        except PanelError:
            continue
