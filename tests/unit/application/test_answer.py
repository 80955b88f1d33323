import json
from datetime import timedelta

import pytest

from service.application.answer import document
from service.application.basis import unverified
from service.application.canonical import canonical_json
from service.application.view import view
from service.web.answered_trace import TraceAnswer
from service.web.answers import AdviceAnswer, EvaluationAnswer
from tests import small

MAN = {"age": "40 a", "sex": "male"}
DEFICIENT = {**MAN, "hemoglobin": "10 g/dL", "ferritin": "<8 ng/mL"}


def answer(*changes: small.Change, **said) -> dict:
    return document(small.decide(*changes, **said))


class TestDocument:
    def test_is_canonical(self):
        """
        A document has a canonical form: every measured number is text.
        """
        assert json.loads(canonical_json(answer(**DEFICIENT)))

    def test_conclusion(self):
        """
        A conclusion is told with its certainty, both sides, its chain, its reasons and its sources.
        """
        _, cause = answer(**DEFICIENT)["conclusions"]

        assert cause == {
            "conclusion": "iron-anemia",
            "title": "Anemia for want of iron",
            "kind": "cause",
            "certainty": "likely",
            "contested": False,
            "codes": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "D50.9", "verified": False}],
            "for": ["IDA-010"],
            "against": [],
            "chain": ["ANE-010", "IRN-010", "IDA-010"],
            "left_open_by": [],
            "because": "Both are present. Ferritin <8 ug/L is low. Hemoglobin 100 g/L is below 130 g/L.",
            "sources": ["book"],
            "contrary": [],
            "unverified": [
                {"number": "altitude-adjustment", "source": "book", "where": "Page 6", "read": "own"},
                {"number": "anemia-hemoglobin", "source": "book", "where": "Page 2", "read": "own"},
                {"number": "low-ferritin", "source": "book", "where": "Page 4", "read": "own"},
            ],
            "overdue": [],
        }

    def test_overdue(self):
        """
        A conclusion names the rules of its chain that were due for review before the day of the question.
        """
        path = "small/rules/blood/irn-010-low-ferritin.yaml"
        day = small.NOW.date()

        def told(due):
            return answer((path, "next: 2030-01-01", f"next: {due}"), **DEFICIENT)["conclusions"][1]["overdue"]

        assert told("2026-11-21") == [{"rule": "IRN-010", "due": "2026-11-21"}]
        assert told(day) == []
        due = small.release((path, "next: 2030-01-01", "next: 2026-11-21"))
        assert [rule.id for rule in due.overdue(day)] == ["IRN-010"]

    def test_advice(self):
        """
        Advice names the rules that give it, apart from those they rest on, with the sources of these rules.
        """
        (advice,) = answer(**DEFICIENT)["advice"]

        assert advice == {
            "advice": "look-for-bleeding",
            "title": "Look for bleeding",
            "urgency": "urgent",
            "text": "Iron is lost.",
            "by": ["NXT-020"],
            "chain": ["ANE-010", "IRN-010", "IDA-010", "NXT-020"],
            "sources": ["book"],
        }
        assert AdviceAnswer().validate(advice) == {}

    def test_no_code_against(self):
        """
        A conclusion that is spoken against carries no code, and the chain is that of those who speak.
        """
        (_, cause) = answer(**MAN, hemoglobin="100 g/L", ferritin="200 ug/L")["conclusions"]

        assert (cause["certainty"], cause["codes"], cause["for"], cause["against"]) == ("unlikely", [], [], ["IDA-020"])
        assert cause["chain"] == ["IRN-030", "IDA-020"]

    def test_contested(self):
        """
        A contested conclusion tells both sides by themselves, and its chain leads to what each rests on.
        """
        altered = ("small/rules/blood/ida-020-iron.yaml", "iron-deficiency: absent", "inflammation: present")
        told = answer(altered, **DEFICIENT, crp="20 mg/L")["conclusions"]
        (cause,) = (one for one in told if one["conclusion"] == "iron-anemia")

        assert (cause["certainty"], cause["contested"]) == ("possible", True)
        assert (cause["for"], cause["against"]) == (["IDA-010"], ["IDA-020"])
        assert cause["chain"] == ["ANE-010", "INF-010", "IRN-010", "IDA-010", "IDA-020"]
        assert cause["because"] == (
            "For it: Both are present. Ferritin <8 ug/L is low. There is a sign of inflammation. "
            "Hemoglobin 100 g/L is below 130 g/L. "
            "Against it: There is iron. There is a sign of inflammation."
        )

    def test_findings(self):
        """
        Every derived finding is told with its state and who decided it.
        """
        assert [(one["finding"], one["state"], one["by"]) for one in answer(**DEFICIENT)["findings"]] == [
            ("anemia", "present", ["ANE-010"]),
            ("inflammation", "unknown", []),
            ("iron-deficiency", "present", ["IRN-010"]),
        ]

    def test_assumptions(self):
        """
        An assumption is told with the decided rules that rest on it, and those that rest on these.
        """
        changes = ["ANE-010", "BLD-010", "IDA-010", "NXT-020"]

        assert answer(**DEFICIENT)["assumed"] == [{"attribute": "altitude", "value": "0 m", "changes": changes}]

    def test_assumed_for_a_row(self):
        """
        What chose a row by an assumption rests on it, and the trace says by what the row was chosen.
        """
        rows = "          - {altitude: to 1000 m, at least: 150}\n          - {altitude: from 1000 m, at least: 170}\n"
        told = answer(("small/thresholds.yaml", "          - {at least: 150}\n", rows), **MAN, ferritin="160 ug/L")
        (assumed,) = told["assumed"]
        (condition,) = (one for one in told["trace"]["conditions"] if one["text"].endswith("high-ferritin"))

        assert "IRN-030" in assumed["changes"]
        assert (condition["result"], condition["row_by"]) == ("true", ["patient/altitude"])
        assert [one["row"] for one in condition["threshold"]] == ["altitude to 1000 m"]

    def test_quality(self):
        """
        What was set aside is told with its reason and that it was not used.
        """
        ((note),) = answer(**MAN, hemoglobin="13 g/L")["quality"]

        assert (note["result"], note["measure"], note["issue"], note["used"]) == (
            "r1",
            "hemoglobin",
            "implausible",
            False,
        )

    def test_missing(self):
        """
        What is missing is told with the tests, their step, and what they could do.
        """
        first = answer(**MAN, hemoglobin="100 g/L")["missing"][0]

        assert first == {
            "tests": [
                ["ferritin"],
                ["bleeding", "saturation"],
                ["bleeding", "target-cells"],
                ["saturation", "target-cells"],
            ],
            "step": 1,
            "for": ["iron-anemia"],
            "rules": ["IDA-010"],
            "with_range": [],
            "effect": "Ferritin, Bleeding with Saturation, Bleeding with Target cells or Saturation with Target cells "
            "could make Anemia for want of iron likely.",
        }

    def test_undecidable(self):
        """
        A limit that is not there is told with its reason, its source, and the profiles that have one.
        """
        found = answer(profile="book", **{**MAN, "age": "70 a"}, altitude="0 m", hemoglobin="60 g/L", ferritin="5 ug/L")

        assert found["status"] == "inconclusive"
        assert found["undecidable"] == [
            {
                "number": "anemia-hemoglobin",
                "open": ["anemia"],
                "conclusions": ["blood-disorder", "iron-anemia"],
                "row": "from 66 a",
                "reason": "The book ends at 65 years",
                "source": "book",
                "where": "Page 2",
                "profiles": ["default", "local"],
                "text": "Whatever is sent, rules about Anemia stay undecided in the profile book, which has no limit "
                "for this patient: The book ends at 65 years (Hemoglobin below which there is anemia, from 66 a; book, "
                "Page 2). "
                "Profiles of this release that have one: default and local.",
            }
        ]
        assert EvaluationAnswer(only=["undecidable"]).validate({"undecidable": found["undecidable"]}) == {}

    def test_all_claims(self):
        """
        The trace has every claim, and says which of them the answer tells.
        """
        found = answer(**MAN, hemoglobin="150 g/L", ferritin="200 ug/L")

        assert [one["conclusion"] for one in found["conclusions"]] == ["blood-disorder"]
        assert [(one["conclusion"], one["certainty"], one["told"]) for one in found["trace"]["conclusions"]] == [
            ("iron-anemia", "unlikely", False),
            ("blood-disorder", "excluded", True),
        ]

    @pytest.mark.parametrize(
        ("said", "state", "status"),
        [
            ({"age": "40 a"}, "in", "more-data-needed"),
            ({"age": "3 mo"}, "out", "not-applicable"),
            ({}, "unknown", "more-data-needed"),
        ],
    )
    def test_scope(self, said, state, status):
        """
        Whether the rules are for the patient is told, with what the scope asks.
        """
        found = answer(**said, hemoglobin="100 g/L")

        assert (found["scope"]["state"], found["status"]) == (state, status)
        assert found["scope"]["asks"] == ["age: at least youngest-age (book: Youngest age)"]

    def test_sources(self):
        """
        Each source of a chain, of its limits and of its formulas is told once, with its title.
        """
        found = answer(age="70 a", sex="male", hemoglobin="100 g/L", ferritin="8 ug/L")["sources"]

        assert [(one["source"], one["title"]) for one in found] == [
            ("book", "A made-up book on blood"),
            ("study", "A made-up study"),
        ]

    def test_standing(self):
        """
        An answer says that no clinician reviewed the rules, until each rule names who did.
        """
        reviews = [
            (path, "reviewed: none", "reviewed: Ada Byron on 2026-11-20")
            for path in small.files()
            if "/rules/" in path and not path.endswith(".cases.yaml")
        ]

        assert answer(**MAN)["standing"] == "for evaluation: not reviewed by a clinician"
        assert answer(*reviews[:-1], **MAN)["standing"] == "for evaluation: not reviewed by a clinician"
        assert answer(*reviews, **MAN)["standing"] == "reviewed"


class TestTrace:
    def test_every_rule(self):
        """
        The trace holds every rule with its outcome, fired ones in order.
        """
        rules = answer(**DEFICIENT)["trace"]["rules"]

        assert {rule["rule"] for rule in rules} == set(small.release().rules)
        assert [rule["rule"] for rule in sorted((r for r in rules if "order" in r), key=lambda r: r["order"])] == [
            "ANE-010",
            "IRN-010",
            "BLD-010",
            "IDA-010",
            "NXT-020",
        ]

    def test_condition(self):
        """
        A condition is told with value, margin, threshold, row, source, and where the value comes from.
        """
        trace = answer(**DEFICIENT)["trace"]
        condition = next(one for one in trace["conditions"] if one["text"] == "hemoglobin: below anemia-hemoglobin")

        assert condition == {
            "id": condition["id"],
            "text": "hemoglobin: below anemia-hemoglobin",
            "result": "true",
            "measure": "adjusted-hemoglobin",
            "value": "100 g/L",
            "origin": "computed",
            "from": ["r1", "patient/altitude"],
            "exact": {"unit": "g/L", "low": "100", "high": "100"},
            "margin": {"unit": "g/L", "low": "-30", "high": "-30"},
            "row_by": ["patient/sex", "patient/age"],
            "threshold": [
                {
                    "name": "anemia-hemoglobin",
                    "row": "from 15 a to 66 a, male",
                    "source": "book",
                    "where": "Page 2",
                    "read": "own",
                    "value": "130 g/L",
                    "equal_is_abnormal": False,
                }
            ],
        }

    def test_each_condition_once(self):
        """
        Each distinct condition is told once, and every reference finds one.
        """
        trace = answer(**DEFICIENT)["trace"]
        texts = [one["text"] for one in trace["conditions"]]
        ids = {one["id"] for one in trace["conditions"]}

        assert len(texts) == len(set(texts))
        referred = {reference for rule in trace["rules"] for reference in rule["conditions"]}
        assert {*referred, *trace["scope"]["conditions"]} == ids

    def test_only_what_made_the_outcome(self):
        """
        A rule that did not fire refers to what is false, one that is undecided to what is unknown.
        """
        trace = answer(**MAN, hemoglobin="150 g/L")["trace"]
        results = {one["id"]: one["result"] for one in trace["conditions"]}
        by_outcome = {
            outcome: {
                results[ref] for rule in trace["rules"] if rule["outcome"] == outcome for ref in rule["conditions"]
            }
            for outcome in ("fired", "not-fired", "undecided")
        }

        assert by_outcome == {"fired": {"true"}, "not-fired": {"false"}, "undecided": {"unknown"}}

    def test_inputs(self):
        """
        Results are told as given and as used; one that was set aside was not used.
        """
        first, second = answer(**MAN, ferritin="<8 ng/mL", hemoglobin="13 g/L")["trace"]["inputs"]

        assert first["given"] == {"value": "<8", "unit": "ng/mL"}
        assert first["used"] == {"text": "below 8 ug/L", "unit": "ug/L", "low": "0", "high": "8", "high_open": True}
        assert "used" not in second

    @pytest.mark.parametrize(
        ("age", "state", "result"),
        [("40 a", "in", "true"), ("3 mo", "out", "false"), (None, "unknown", "unknown")],
    )
    def test_scope(self, age, state, result):
        """
        The conditions of the scope are told like those of rules, with value, limit and margin.
        """
        trace = answer(**({"age": age} if age else {}), sex="male")["trace"]
        (condition,) = (one for one in trace["conditions"] if one["id"] in trace["scope"]["conditions"])

        assert trace["scope"]["state"] == state
        assert (condition["text"], condition["result"]) == ("age: at least youngest-age", result)
        assert ("margin" in condition) is (age is not None)

    def test_waits_for_a_key(self):
        """
        A comparison that is open for want of the finding its rows are keyed by says so.
        """
        conditions = answer(**MAN, ferritin="20 ug/L")["trace"]["conditions"]
        (condition,) = (one for one in conditions if one["text"] == "ferritin: below low-ferritin")

        assert (condition["result"], condition["given"]["state"]) == ("unknown", "unknown")
        assert condition["waits_for"] == ["inflammation"]

    def test_superseded(self):
        """
        A result for which a later one stands was not read; one that tells how the later one changed was.
        """
        earlier, now = small.NOW - timedelta(days=3), small.NOW
        trace = answer(
            **MAN,
            ferritin=[("9 ug/L", earlier), ("40 ug/L", now)],
            hemoglobin=[("120 g/L", earlier), ("100 g/L", now)],
        )["trace"]

        assert [(one["measure"], "used" in one) for one in trace["inputs"]] == [
            ("ferritin", False),
            ("ferritin", True),
            ("hemoglobin", True),
            ("hemoglobin", True),
        ]

    def test_derived(self):
        """
        A computed value is told with its formula and every operand, tables and constants with their sources.
        """
        derived = {one["measure"]: one for one in answer(**MAN, hematocrit="25 %")["trace"]["derived"]}

        assert derived["hemoglobin"]["formula"] == "hematocrit / 100 * cell-hemoglobin"
        assert derived["hemoglobin"]["value"]["text"] == "70 to 92.5 g/L"
        assert derived["hemoglobin"]["operands"] == [
            {"name": "hematocrit", "value": "25 %"},
            {
                "name": "cell-hemoglobin",
                "value": "280 to 370 g/L",
                "exact": {"unit": "g/L", "low": "280", "high": "370"},
                "source": "book",
                "where": "Page 8",
                "read": "own",
            },
        ]
        assert derived["adjusted-hemoglobin"]["operands"][1]["at"] == "altitude 0 m"

    @pytest.mark.parametrize(
        ("said", "reason"),
        [
            (
                {"profile": "book", "age": "70 a", "altitude": "0 m", "hemoglobin": "100 g/L"},
                "no limit: The book ends at 65 years",
            ),
            ({"age": "40 a", "hemoglobin": "9 g/L"}, None),
        ],
    )
    def test_reason(self, said, reason):
        """
        Where there is no limit the condition says why.
        """
        trace = answer(sex="male", **said)["trace"]
        condition = next(one for one in trace["conditions"] if one["text"] == "hemoglobin: below anemia-hemoglobin")

        assert condition["result"] == "unknown"
        assert condition.get("reason") == reason

    def test_set_aside(self):
        """
        Where a result was set aside the condition says so.
        """
        change = ("small/thresholds.yaml", "        compares: adjusted-hemoglobin\n", "")

        trace = answer(change, **MAN, hemoglobin="9 g/L")["trace"]

        assert trace["conditions"][0]["reason"] == "its result was set aside"


class TestView:
    def test_none(self):
        """
        Without the trace nothing else is left out.
        """
        full = answer(**DEFICIENT)

        assert view(full, "none") == {key: value for key, value in full.items() if key != "trace"}
        assert view(full, "full") == full

    def test_chain(self):
        """
        The usual view has every rule, those that fired or are in a chain in full, and the conditions they refer to.
        """
        full = answer(**MAN, hemoglobin="150 g/L")

        shown = view(full, "chain")["trace"]

        rules = {rule["rule"]: rule for rule in shown["rules"]}
        assert rules.keys() == set(small.release().rules)
        assert rules["BLD-020"]["outcome"] == "fired"
        assert "conditions" in rules["ANE-010"]
        assert rules["IRN-010"] == {"rule": "IRN-010", "outcome": "undecided"}
        referred = {reference for rule in shown["rules"] for reference in rule.get("conditions", ())}
        assert {one["id"] for one in shown["conditions"]} == {*referred, *shown["scope"]["conditions"]}

    def test_older(self):
        """
        A trace that an older program recorded, which does not tell of the scope, is shown as it is.
        """
        full = answer(**DEFICIENT)
        del full["trace"]["scope"]

        assert "scope" not in view(full, "chain")["trace"]


class TestBasis:
    def test_patient(self):
        """
        The trace names what was known of the patient, and where each of it comes from.
        """
        told = {one["name"]: one for one in answer(age="30 a", sex="male")["trace"]["patient"]}

        assert told["sex"] == {"name": "sex", "possible": ["male"], "origin": "reported"}
        assert told["pregnancy"] == {"name": "pregnancy", "possible": ["not-pregnant"], "origin": "domain"}
        assert (told["age"]["value"]["text"], told["age"]["origin"]) == ("30 a", "reported")
        assert told["altitude"]["origin"] == "assumed"

    def test_attribute_of_a_table(self):
        """
        An attribute that a table decided stands among what was derived, with the table's source.
        """
        derived = answer(age="30 a", sex="female", weeks="20 wk", hemoglobin="100 g/L")["trace"]["derived"]
        (decided,) = [one for one in derived if one.get("attribute") == "pregnancy"]

        assert decided["from"] == ["patient/weeks"]
        assert decided["operands"][0]["name"] == "part-of-pregnancy"
        assert decided["operands"][0]["source"] == "book"

    def test_value_of_a_table(self):
        """
        A number looked up in a step table is told with the table's value.
        """
        derived = answer(**MAN, hemoglobin="100 g/L", altitude="1000 m")["trace"]["derived"]
        (adjusted,) = [one for one in derived if one.get("measure") == "adjusted-hemoglobin"]
        told = {one["name"]: one for one in adjusted["operands"]}

        assert told["altitude-adjustment"]["at"] == "altitude 1000 m"
        assert told["altitude-adjustment"]["value"].endswith("g/L")

    def test_conflict(self):
        """
        A finding that rules both establish and rule out is told with both sides.
        """
        (conflict,) = answer(**MAN, crp="1 mg/L", fever="present")["conflicts"]

        assert (conflict["finding"], conflict["for"], conflict["against"]) == ("inflammation", ["INF-010"], ["INF-020"])

    def test_out_of_reach(self):
        """
        No test is asked for that only feeds a rule which can no longer fire.
        """
        missing = answer(**MAN, crp="1 mg/L", fever="present")["missing"]
        asked = {name for one in missing for test in one["tests"] for name in test}

        assert "crp" not in asked
        assert "fever" not in asked


SIGNS = {**MAN, "iron": "5 umol/L", "tibc": "60 umol/L", "ferritin": "40 ug/L"}
EITHER_DAYS = (
    "small/thresholds.yaml",
    "  time-to-look-again:\n",
    (
        "  time-to-look: {title: When to look, of: days-since-transfusion, unit: d, choices: "
        "{book: {source: study, where: Page 13, read: own, steps: [{from: 0 d, is: 5}]}}}\n  time-to-look-again:\n"
    ),
)
CHOSEN = (
    "small/profiles/book.yaml",
    "  time-to-look-again: book\n",
    "  time-to-look-again: book\n  time-to-look: book\n",
)
SOONER = (
    "small/rules/next/nxt-010-ferritin.yaml",
    "    - anemia: present\n    - ferritin: missing\nthen:\n  advise: measure-ferritin\n  urgency: soon\n",
    (
        "    - days-since-transfusion: below transfusion-window\nthen:\n  advise: measure-ferritin\n  urgency: soon\n"
        "  within: time-to-look\n"
    ),
)


class TestDue:
    def test_within(self):
        """
        Advice says within which time it is due, with the table, what was looked up, and the source.
        """
        full = answer(**SIGNS, transfusion=small.NOW - timedelta(days=10))
        (advice,) = full["advice"]

        assert advice["within"] == {
            "text": "4 wk", "unit": "wk", "low": "4", "high": "4", "table": "time-to-look-again",
            "at": "days-since-transfusion 10 d", "source": "book", "where": "Page 10", "read": "own",
        }  # fmt: skip
        (rule,) = [one for one in full["trace"]["rules"] if one["rule"] == "NXT-040"]
        assert rule["gives"] == {"advice": "measure-ferritin", "urgency": "routine", "within": "time-to-look-again"}
        assert AdviceAnswer().validate(advice) == {}
        assert TraceAnswer().validate(full["trace"]) == {}

    def test_shortest(self):
        """
        Given twice, the strongest urgency and the shortest time hold; and every source is listed.
        """
        full = answer(EITHER_DAYS, CHOSEN, SOONER, **SIGNS, transfusion=small.NOW - timedelta(days=10))
        (advice,) = full["advice"]

        assert (advice["urgency"], advice["within"]["text"]) == ("soon", "5 d")
        assert {one["source"] for one in full["sources"]} == {"book", "study"}

    def test_over_two_steps(self):
        """
        Where the value may lie on two steps, the times of both are told.
        """
        (advice,) = answer(**SIGNS, transfusion=(small.NOW - timedelta(days=30)).date())["advice"]

        assert advice["within"]["text"] == "1 to 4 wk"


class TestDerivations:
    def test_votes(self):
        """
        A count is told vote by vote: how it was cast, on which value, against which row of which source.
        """
        derived = {one["measure"]: one for one in answer(**SIGNS)["trace"]["derived"]}
        first, second, third = derived["iron-votes"]["operands"]

        assert first == {
            "name": "saturation below low-saturation",
            "value": "true",
            "at": "saturation 8.333 %",
            "threshold": [
                {
                    "name": "low-saturation", "row": "everyone", "source": "book", "where": "Page 5", "read": "own",
                    "value": "16 %", "equal_is_abnormal": False,
                }
            ],
        }  # fmt: skip
        assert (second["value"], third["value"], "at" in third) == ("true", "unknown", False)
        assert derived["iron-votes"]["from"] == ["r1", "r2", "r3"]

    def test_stated_units(self):
        """
        The number of an index is told in the unit in which it was taken.
        """
        derived = {one["measure"]: one for one in answer(**SIGNS)["trace"]["derived"]}

        assert [one["value"] for one in derived["iron-index"]["operands"]] == ["27.9225 ug/dL", "40 ug/L", "3.4"]

    def test_change(self):
        """
        A change is told with both results and their times, and the event.
        """
        results = [("95 g/L", small.NOW - timedelta(days=80)), ("100 g/L", small.NOW)]
        full = answer(**MAN, hemoglobin=results, iron_start=small.NOW - timedelta(days=60))
        derived = {one["measure"]: one for one in full["trace"]["derived"]}

        assert derived["hemoglobin-rise"]["operands"] == [
            {"name": "hemoglobin", "value": "100 g/L", "time": "2026-11-22T10:00:00Z"},
            {"name": "hemoglobin", "value": "95 g/L", "time": "2026-09-03T10:00:00Z"},
            {"name": "iron-start", "value": "2026-09-23T10:00:00Z"},
        ]
        assert derived["hemoglobin-rise"]["from"] == ["r2", "r1", "event/iron-start"]
        assert TraceAnswer().validate(full["trace"]) == {}

    def test_never(self):
        """
        What never happened is told in that word, and fires nothing.
        """
        full = answer(**SIGNS, transfusion="never")
        derived = {one["measure"]: one for one in full["trace"]["derived"]}

        assert derived["days-since-transfusion"]["value"]["text"] == "never"
        assert full["advice"] == []

    def test_numbers_of_votes(self):
        """
        Numbers that a count rests on count as used: those of its votes, and of what is voted on.
        """
        decision = small.decide(**SIGNS, transfusion=small.NOW - timedelta(days=10))

        found = {one["number"] for one in unverified(decision, ["NXT-040"])}

        assert found == {
            "transfusion-window", "many-iron-votes", "low-saturation", "low-iron-index", "inflammation-crp",
            "index-offset", "time-to-look-again",
        }  # fmt: skip
