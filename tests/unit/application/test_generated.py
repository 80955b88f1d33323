from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings

from service.application.decide import decide
from service.application.generated import generate, reaching
from service.application.generated.chosen import value_in
from service.application.generated.opposed import opposed
from service.application.semantics_alone import SemanticsAlone
from service.application.suite import measure, never_decisive, never_fired
from service.domain.intervals import Interval
from service.domain.language.generated import GeneratedReader
from service.domain.language.reader import Reader
from service.domain.nodes import node_of
from service.domain.panel import Origin
from service.domain.semantics import Outcome
from tests import rule_sets, small, strategies, tiny

RELEASES = {"small": small.release(), "tiny": tiny.read_knowledge()[0], "knowledge": strategies.knowledge()}
LIMIT = "anemia-hemoglobin, from 15 a to 66 a, male, below 130 g/L, in default"


def read(of, made):
    """
    Return what was generated as cases; the reader must find no fault in them.
    """
    reader = Reader()
    cases = [case for value in made.values() for case in GeneratedReader(reader, of).file(node_of(value, ""))]
    assert reader.problems == []
    return cases


def decided(of, cases):
    """
    Return the decision of each case.
    """
    alone = SemanticsAlone(of)
    return {case.name: decide(of, of.profiles[case.profile], alone, case.given)[0] for case in cases}


@pytest.fixture(scope="module", params=RELEASES)
def made(request):
    """
    A rule set with what is generated for it, as it is written and as it is read.
    """
    of = RELEASES[request.param]
    written = generate(of)
    cases = read(of, written)
    return of, written, cases, decided(of, cases)


def remarks(decision):
    """
    Return what intake and the rules remark on in a patient: each measure with the word for it.
    """
    return {(note.measure, note.issue) for note in decision.panel.notes}


def meant(decision):
    """
    Return what must be remarked on: what the rules that fire doubt, and the earlier results of whoever has some.
    """
    received = decision.as_received.facts.values
    doubts = {
        (doubt.measure, "doubted")
        for rule in decision.doubts
        for doubt in decision.release.rules[rule].then.doubts
        if doubt.measure in received and received[doubt.measure].origin is Origin.REPORTED
    }
    return doubts | {(measure, "earlier") for measure in decision.panel.earlier}


def rare(of):
    """
    Return the measures that are compared with a limit at whose side no value is usual.
    """
    found = set()
    for threshold in of.thresholds_in_use:
        for choice in of.numbers.thresholds[threshold].choices.values():
            usual = of.vocabulary.measures[choice.compares].usual
            limits = [row.limit for row in choice.rows if row.limit is not None]
            if usual and any(not (usual.low.value < limit < usual.high.value) for limit in limits):
                found.add(choice.compares)
    return found


class TestGenerate:
    def test_same_again(self, made):
        """
        What is generated depends on the rule set alone.
        """
        of, written, _, _ = made

        assert generate(of) == written

    def test_nothing_remarkable(self, made):
        """
        Only what the patient is for is remarked on: each doubt, each earlier result, a limit where values are rare.
        """
        of, _, _, decisions = made

        for name, decision in decisions.items():
            others = remarks(decision) - meant(decision)
            assert meant(decision) <= remarks(decision), name
            assert others <= {(measure, "implausible") for measure in rare(of)}, name
            assert all(note.used for note in decision.panel.notes if (note.measure, note.issue) in others), name

    def test_no_evidence(self, made):
        """
        Each case says that it was generated, and the measures of the suite leave it out.
        """
        of, _, cases, _ = made

        assert cases
        assert all(case.is_generated for case in cases)
        assert measure(of, cases, ["none"])["cases"] == 0

    def test_every_condition(self, made):
        """
        Each condition that is not said to be out of reach turns its rule in two cases, alone.
        """
        of, written, _, decisions = made
        missed = {sentence for value in written.values() for sentence in value.get("not reached", ())}
        for rule in of.rules.values():
            for place, condition in enumerate(rule.when.conditions()):
                if f"No two patients were found in whom '{condition.text}' alone turns {rule.id}." in missed:
                    continue
                on, off = (
                    decisions[f"{rule.id}: {condition.text}, which alone turns it {word}"] for word in ("on", "off")
                )
                assert (on.outcomes[rule.id], off.outcomes[rule.id]) == (Outcome.FIRED, Outcome.NOT_FIRED)
                seen = [
                    [one.seen_by(rule).truth(condition) for condition in rule.when.conditions()] for one in (on, off)
                ]
                assert [number for number, (a, b) in enumerate(zip(*seen, strict=True)) if a is not b] == [place]

    def test_reaches_most(self, made):
        """
        All rules fire, but few conditions are left that no case turns on.
        """
        of, _, _, decisions = made
        conditions = sum(1 for rule in of.rules.values() for _ in rule.when.conditions())

        assert never_fired(of, decisions.values()) == []
        assert sum(map(len, never_decisive(of, decisions.values()).values())) <= conditions / 20

    def test_every_limit(self, made):
        """
        Each row with a limit has three patients in each profile whose rules read it, or a sentence.
        """
        of, written, cases, _ = made
        names = {case.name for case in cases}
        missed = [sentence for value in written.values() for sentence in value.get("not reached", ())]
        for profile in of.profiles.values():
            for threshold in of.thresholds_in_use:
                for row in of.choice(profile, threshold).rows:
                    about = [name for name in names if name.startswith(f"{threshold}, {row.text}, ")]
                    here = [name for name in about if f", in {profile.id}: " in name]
                    told = any(f"at {threshold}, {row.text}, " in one and f"in {profile.id}," in one for one in missed)
                    assert row.limit is None or len(here) >= 3 or told, (profile.id, threshold, row.text)

    def test_every_opposition(self, made):
        """
        Each two opposed rules have a witness, for whom both fire, or a sentence.
        """
        of, written, _, decisions = made
        missed = [sentence for value in written.values() for sentence in value.get("not reached", ())]
        for one, other in opposed(of):
            named = f"{one.id} and {other.id}, opposed about {one.then.name}"
            decision = decisions.get(f"{named}, both fire")
            if decision is None:
                assert any(named in sentence for sentence in missed)
            else:
                assert {decision.outcomes[rule.id] for rule in (one, other)} == {Outcome.FIRED}


class TestSmall:
    def test_below_at_and_above(self):
        """
        Around a limit the value moves by one in the last place that the limit is printed with.
        """
        cases = {case["name"]: case for value in generate(small.release()).values() for case in value["cases"]}
        around = [cases[f"{LIMIT}: {word} it"] for word in ("below", "at", "above")]

        assert [case["given"]["hemoglobin"] for case in around] == ["129 g/L", "130 g/L", "131 g/L"]
        assert [case["expect"]["findings"]["anemia"] for case in around] == ["present", "absent", "absent"]

    def test_what_a_table_looks_up_is_stated(self):
        """
        In a profile that does not assume the altitude, the patient says it.
        """
        cases = {case["name"]: case for value in generate(small.release()).values() for case in value["cases"]}

        assert "altitude" in cases[f"{LIMIT.removesuffix('default')}book: at it"]["given"]
        assert "altitude" not in cases[f"{LIMIT}: at it"]["given"]

    @pytest.mark.parametrize(
        ("limit", "given"),
        [
            pytest.param(
                "transfusion-window, everyone, below 120 d, in default",
                [{"transfusion": f"{days} d ago"} for days in (119, 120, 121)],
                id="days since an event",
            ),
            pytest.param(
                "falling-hemoglobin, everyone, at most -10 g/L, in default",
                [{"hemoglobin": [f"{120 - change} g/L 14 d ago", "120 g/L now"]} for change in (-11, -10, -9)],
                id="change of a result",
            ),
            pytest.param(
                "enough-rise, everyone, below 10 g/L, in default",
                [
                    {"iron-start": "30 d ago", "hemoglobin": [f"{120 - rise} g/L 30 d ago", "120 g/L now"]}
                    for rise in (9, 10, 11)
                ],
                id="change since an event",
            ),
            pytest.param(
                "long-between, everyone, above 14 d, in default",
                [{"hemoglobin": [f"111 g/L {days} d ago", "120 g/L now"]} for days in (13, 14, 15)],
                id="days from the result before",
            ),
            pytest.param(
                "anemia-hemoglobin, from 18 a, not-pregnant, below the laboratory's lower limit, in local",
                [{"hemoglobin": {"value": f"{value} g/L", "laboratory": ">=130 g/L"}} for value in (129, 130, 131)],
                id="limit of the laboratory",
            ),
            pytest.param(
                "anemia-hemoglobin, from 15 a to 66 a, male, below 130 g/L, without a laboratory's range, in local",
                [{"hemoglobin": f"{value} g/L"} for value in (129, 130, 131)],
                id="limit that stands in for it",
            ),
            pytest.param(
                "low-saturation, everyone, below 16 %, in default",
                [{"saturation": f"{value} %"} for value in (15, 16, 17)],
                id="vote",
            ),
        ],
    )
    def test_around(self, limit, given):
        """
        Below, at and above each kind of limit stands one patient each.
        """
        cases = {case["name"]: case for value in generate(small.release()).values() for case in value["cases"]}

        found = [cases[f"{limit}: {word} it"]["given"] for word in ("below", "at", "above")]

        assert [{key: one[key] for key in wanted} for one, wanted in zip(found, given, strict=True)] == given

    def test_vote_that_turns(self):
        """
        Where a limit is that of a vote, the other votes leave it to this one.
        """
        cases = read(small.release(), generate(small.release()))
        found = decided(small.release(), [case for case in cases if case.name.startswith("low-iron-index, ")])
        counts = [decision.facts.values["iron-votes"].interval for decision in found.values()]

        assert counts == [Interval.exactly(count) for count in (2, 1, 1)] * 3

    def test_flags(self):
        """
        Beside the laboratory's range stand patients of whom there is a flag only.
        """
        cases = {case["name"]: case for value in generate(small.release()).values() for case in value["cases"]}
        limit = "inflammation-crp, everyone, at least the laboratory's upper limit, in local"
        found = [cases[f"{limit}: flagged {flag}, without a range"] for flag in "LNH"]

        assert [one["given"]["crp"]["flag"] for one in found] == ["L", "N", "H"]
        assert [one["expect"].get("findings") for one in found] == [
            {"inflammation": "absent"}, None, {"inflammation": "present"}
        ]  # fmt: skip
        # What equals the limit is flagged N, and is inflammation by this row.
        assert {"INF-010": ["crp"], "INF-020": ["crp"]}.items() <= found[1]["expect"]["undecided"].items()

    def test_index_in_another_unit(self):
        """
        Where the value that lies at a limit cannot be written in its own unit, it is told in the one in which it can.
        """
        cases = {case["name"]: case for value in generate(small.release()).values() for case in value["cases"]}
        given = cases["low-iron-index, everyone, below 20, in default: at it"]["given"]

        assert {"iron": given["iron"], "ferritin": given["ferritin"]} == {"iron": "70.2 ug/dL", "ferritin": "1000 ug/L"}

    def test_what_cannot_be(self):
        """
        Who is male is not pregnant; so that he is male decides alone for nobody, and that is said.
        """
        missed = generate(small.release())["NXT-020"]["not reached"]

        assert missed == ["No two patients were found in whom 'sex: is male' alone turns NXT-020."]

    def test_contradiction(self):
        """
        Two rules that confirm and exclude the same for one patient are told with the patient.
        """
        of = small.release(
            ("small/rules/blood/bld-010-disorder.yaml", "certainty: confirmed", "certainty: confirmed"),
            ("small/rules/blood/bld-020-no-disorder.yaml", "- anemia: absent", "- fever: present"),
        )
        (told,) = [one for one in generate(of)["BLD-010"]["not reached"] if "nothing can then be answered" in one]

        assert told.startswith("BLD-010 and BLD-020, opposed about blood-disorder, both fire in default")
        assert "fever present" in told


class TestRandomRules:
    @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
    @given(drawn=rule_sets.rule_sets())
    def test_holds(self, monkeypatch, drawn):
        """
        Whatever the rules, what is generated is read without a fault and answered as it expects.
        """
        monkeypatch.setattr(reaching, "STEPS", 40)
        of = rule_sets.read(drawn)
        if not of.rules:
            return
        cases = read(of, generate(of))

        assert measure(of, cases)["cases"] == 0
        for decision in decided(of, cases).values():
            assert meant(decision) <= remarks(decision)
            assert remarks(decision) - meant(decision) <= {(measure, "implausible") for measure in rare(of)}


class TestValueIn:
    @pytest.mark.parametrize(
        ("bound", "value"),
        [
            (Interval.of(None, 15, high_open=True), "14"),
            (Interval.of(None, 15), "15"),
            (Interval.of(Fraction("12.5"), None, low_open=True), "12.6"),
            (Interval.of(Fraction(1, 3), Fraction(2, 3), low_open=True, high_open=True), "0.5"),
            (Interval.of(Fraction(1, 3), None), "1"),
            (Interval.exactly(Fraction(1, 3)), None),
            (Interval.of(None, Fraction("0.5"), high_open=True), "1"),
        ],
    )
    def test_nearest(self, bound, value):
        """
        A value next to the end of a bound is taken, where it is usual, and none that cannot be written.
        """
        ferritin = small.release().vocabulary.measures["ferritin"]
        found = value_in(ferritin, bound)

        assert found == (None if value is None else Fraction(value)) or bound.meets(Interval.exactly(found))
