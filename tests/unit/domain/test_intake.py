from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction

import pytest

from service.domain.errors import PanelError
from service.domain.given import GivenEvent, GivenFinding, GivenResult
from service.domain.intake import completed_months, take_in
from service.domain.intervals import Interval
from service.domain.panel import Assumed, Origin
from service.domain.quantities import Quantity, parse_quantity
from service.domain.scales import State
from tests import small


def faults(change=lambda given: given, **said) -> list[tuple[str, str, str]]:
    """
    Return the faults of what is said of a patient.
    """
    of = small.release()
    with pytest.raises(PanelError) as caught:
        take_in(of, of.profiles["default"], change(small.given(of, **said)))
    return [(fault.pointer, fault.code, fault.detail) for fault in caught.value.faults]


def result(**fields) -> GivenResult:
    return GivenResult("r1", "/results/0", parse_quantity(fields.pop("quantity", "120 g/L")), **fields)


class TestFaultsOfResults:
    @pytest.mark.parametrize(
        ("one", "pointer", "code", "words"),
        [
            pytest.param(
                result(measure="hemoglobn"), "/measure", "unknown-measure", "Did you mean hemoglobin?", id="misspelled"
            ),
            pytest.param(
                result(measure="xyz"),
                "/measure",
                "unknown-measure",
                "Known measures: hemoglobin, hematocrit",
                id="unknown",
            ),
            pytest.param(
                result(code="1-1"), "/code", "unknown-code", "LOINC 1-1 is not in the vocabulary", id="unknown code"
            ),
            pytest.param(
                result(code="718-7", measure="crp"),
                "/measure",
                "code-and-measure-disagree",
                "LOINC 718-7 is hemoglobin, not crp; give one of the two.",
                id="two names",
            ),
            pytest.param(
                result(measure="adjusted-hemoglobin"),
                "/measure",
                "computed-measure",
                "is computed by the service and cannot be reported; send its operands.",
                id="computed",
            ),
            pytest.param(
                result(measure="age", quantity="30 a"),
                "/measure",
                "patient-quantity",
                "age is given under /patient, not as a result.",
                id="of the patient",
            ),
            pytest.param(
                result(measure="hemoglobin", quantity="12"),
                "/unit",
                "missing-unit",
                "hemoglobin has no unit; use one of g/L, g/dL, mmol/L.",
                id="no unit",
            ),
            pytest.param(
                result(measure="hemoglobin", quantity="12 parsec"),
                "/unit",
                "unknown-unit",
                "'parsec' is not a unit; hemoglobin is accepted in g/L, g/dL, mmol/L.",
                id="no such unit",
            ),
            pytest.param(
                result(measure="hemoglobin", quantity="12 fL"),
                "/unit",
                "unit-of-another-dimension",
                "'fL' measures something else; hemoglobin is accepted in g/L, g/dL, mmol/L.",
                id="unit of something else",
            ),
            pytest.param(
                result(measure="hemoglobin", quantity="12 kg/m3"),
                "/unit",
                "unit-not-accepted",
                "'kg/m3' is not accepted; hemoglobin is accepted in g/L, g/dL, mmol/L.",
                id="unit that would convert",
            ),
        ],
    )
    def test_refused(self, one, pointer, code, words):
        """
        A result that cannot be understood is refused with a pointer to the field, what was given and
        what would be accepted.
        """
        found = faults(lambda given: replace(given, results=(one,)))

        assert [(at, word) for at, word, _ in found] == [(f"/results/0{pointer}", code)]
        assert words in found[0][2]

    def test_of_the_patient_by_code(self):
        """
        Where a result was named by a code, the pointer leads to the code.
        """
        of = small.release(("vocabulary.yaml", "title: Altitude\n", "title: Altitude\n    loinc: [8302-2]\n"))

        with pytest.raises(PanelError) as caught:
            take_in(
                of, of.profiles["default"], replace(small.given(of), results=(result(code="8302-2", quantity="5 m"),))
            )

        assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [
            ("/results/0/code", "patient-quantity")
        ]

    def test_all_at_once(self):
        """
        Every fault is told at once, each with its own pointer.
        """
        results = (result(measure="x"), replace(result(measure="crp"), pointer="/results/1"))

        found = faults(lambda given: replace(given, results=results), sex="woman")

        assert [pointer for pointer, _, _ in found] == ["/results/0/measure", "/results/1/unit", "/patient/sex"]


class TestFaultsOfThePatient:
    @pytest.mark.parametrize(
        ("said", "pointer", "code", "words"),
        [
            pytest.param(
                {"sex": "woman"},
                "/patient/sex",
                "unknown-value",
                "This is not a value of sex; use one of female, male, or leave it out when unknown.",
                id="unknown value",
            ),
            pytest.param(
                {"shoe_size": "44"},
                "/patient/shoe-size",
                "unknown-attribute",
                "Known fields of a patient: sex, pregnancy",
                id="unknown attribute",
            ),
            pytest.param(
                {"age": "150 a"},
                "/patient/age/value",
                "impossible-value",
                "age 150 a is outside what is possible, 0 to 1560 mo.",
                id="too old",
            ),
            pytest.param(
                {"age": "-1 a"}, "/patient/age/value", "impossible-value", "age -12 mo is outside", id="not born"
            ),
            pytest.param(
                {"age": "34"},
                "/patient/age",
                "missing-unit",
                "age has no unit; use one of mo, a, wk, d.",
                id="age without unit",
            ),
            pytest.param(
                {"age": "34 g"},
                "/patient/age/unit",
                "unit-of-another-dimension",
                "accepted in mo, a, wk, d",
                id="age in grams",
            ),
            pytest.param(
                {"birth_date": date(2026, 11, 23)},
                "/patient/birth_date",
                "birth-after-as-of",
                "after the instant",
                id="born tomorrow",
            ),
            pytest.param(
                {"birth_date": date(1800, 1, 1)},
                "/patient/birth_date",
                "impossible-value",
                "0 to 1560 mo",
                id="born long ago",
            ),
            pytest.param(
                {"birth_date": date(1990, 1, 1), "age": "30 a"},
                "/patient/age",
                "age-and-birth-date-disagree",
                "give one of the two, or correct them",
                id="two ages",
            ),
            pytest.param(
                {"assume": {"sex": "male"}},
                "/assume/sex",
                "not-assumable",
                "sex may not be assumed; altitude, pregnancy may.",
                id="sex assumed",
            ),
            pytest.param(
                {"assume": {"hemoglobin": "100 g/L"}},
                "/assume/hemoglobin",
                "not-assumable",
                "may not be assumed",
                id="result assumed",
            ),
            pytest.param(
                {"assume": {"luck": "1"}}, "/assume/luck", "not-assumable", "may not be assumed", id="nothing assumed"
            ),
            pytest.param(
                {"assume": {"altitude": "high"}},
                "/assume/altitude",
                "not-a-quantity",
                "This is not a quantity",
                id="assumed in words",
            ),
            pytest.param(
                {"assume": {"altitude": "9000 m"}},
                "/assume/altitude",
                "impossible-value",
                "-430 to 6000 m",
                id="assumed too high",
            ),
            pytest.param(
                {"assume": {"altitude": "5"}},
                "/assume/altitude",
                "missing-unit",
                "m, [ft_i]",
                id="assumed without unit",
            ),
            pytest.param(
                {"assume": {"pregnancy": "maybe"}},
                "/assume/pregnancy",
                "unknown-value",
                "not-pregnant, early, late, pregnant",
                id="assumed word",
            ),
        ],
    )
    def test_refused(self, said, pointer, code, words):
        """
        What is said of the patient and cannot be understood, or cannot be, is refused with its pointer.
        """
        ((at, word, detail),) = faults(**said)

        assert (at, word) == (pointer, code)
        assert words in detail

    @pytest.mark.parametrize(
        ("name", "quantity", "code", "words"),
        [
            ("sex", "1", "not-a-word", "sex is told in a word; use one of female, male."),
            (
                "hemoglobin",
                "1 g/L",
                "unknown-patient-quantity",
                "Known fields of a patient: sex, pregnancy, age, altitude, weeks, birth_date.",
            ),
            ("altitud", "1 m", "unknown-patient-quantity", "Did you mean altitude?"),
        ],
    )
    def test_number_of_something_else(self, name, quantity, code, words):
        """
        A number for what is told in a word, or is no quantity of the patient, is refused.
        """
        given = {name: (parse_quantity(quantity), f"/patient/{name}")}

        ((pointer, word, detail),) = faults(lambda panel: replace(panel, quantities=given))

        assert (pointer, word) == (f"/patient/{name}", code)
        assert words in detail

    def test_word_for_a_quantity(self):
        """
        A word for what is a number is refused, and the message says so.
        """
        ((_, code, detail),) = faults(lambda given: replace(given, attributes={"age": ("old", "/patient/age")}))

        assert code == "not-a-quantity"
        assert detail == "age is a quantity; send a JSON number, or value and unit."

    def test_echoes_little(self):
        """
        However long a wrong word is, the message holds a few characters of it.
        """
        ((_, _, detail),) = faults(sex="x" * 5000)

        assert len(detail) < 200

    def test_bare_number(self):
        """
        A bare number has no members: the pointer leads to the number itself.
        """
        given = {"altitude": (Quantity(Interval.exactly(9000), "", "9000"), "/patient/altitude")}

        ((pointer, code, _),) = faults(lambda panel: replace(panel, quantities=given))

        assert (pointer, code) == ("/patient/altitude", "impossible-value")


class TestFaultsOfFindings:
    @pytest.mark.parametrize(
        ("findings", "complete", "pointer", "code", "words"),
        [
            pytest.param(
                [("fevr", "present")],
                [],
                "/findings/0/finding",
                "unknown-finding",
                "Did you mean fever?",
                id="misspelled",
            ),
            pytest.param(
                [("anemia", "present")],
                [],
                "/findings/0/finding",
                "derived-finding",
                "anemia is derived by rules and cannot be stated; send the results that they read.",
                id="derived",
            ),
            pytest.param(
                [("fever", "present"), ("fever", "absent")],
                [],
                "/findings/1/state",
                "stated-twice",
                "fever is absent here and present at /findings/0; a finding is of the whole panel, so state it once.",
                id="twice",
            ),
            pytest.param(
                [],
                ["blood"],
                "/complete/0",
                "unknown-group",
                "Known groups of observed findings: film, history.",
                id="group",
            ),
        ],
    )
    def test_refused(self, findings, complete, pointer, code, words):
        """
        A finding that is unknown, derived or stated twice, and a group without observed findings, is
        refused with its pointer.
        """
        given = tuple(
            GivenFinding(name, State(state), f"/findings/{number}") for number, (name, state) in enumerate(findings)
        )

        ((at, word, detail),) = faults(lambda panel: replace(panel, findings=given), complete=complete)

        assert (at, word) == (pointer, code)
        assert words in detail


class TestResults:
    @pytest.mark.parametrize("text", ["98 g/L", "9.8 g/dL", "9.8 gm/dl", "98.0 g/l"])
    def test_one_amount(self, text):
        """
        The same hemoglobin in any accepted unit or spelling is the same canonical amount.
        """
        panel = small.panel(hemoglobin=text)

        assert panel.values["hemoglobin"].interval == Interval.exactly(98)
        assert panel.inputs[0].used == Interval.exactly(98)

    def test_code_for_a_name(self):
        """
        A LOINC code stands for its measure; code and name together must agree.
        """
        of = small.release()
        one = GivenResult("x", "/results/0", parse_quantity("5 mg/L"), measure="crp", code="1988-5")

        panel = take_in(of, of.profiles["default"], replace(small.given(of), results=(one,)))

        assert panel.values["crp"].refs == ("x",)
        assert panel.inputs[0].code == "1988-5"

    @pytest.mark.parametrize(
        ("text", "issue", "detail", "used"),
        [
            pytest.param(
                "9 g/L",
                "impossible",
                "hemoglobin 9 g/L is impossible; possible is 10 to 270 g/L; "
                "as g/dL the same number would be 90 g/L: confirm the unit and send it again.",
                False,
                id="slip, impossible",
            ),
            pytest.param(
                "13.2 g/L",
                "implausible",
                "hemoglobin 13.2 g/L is implausible; usual is 30 to 220 g/L; "
                "as g/dL the same number would be 132 g/L: confirm the unit and send it again.",
                False,
                id="slip, implausible",
            ),
            pytest.param(
                "132 g/dL",
                "impossible",
                "hemoglobin 132 g/dL is impossible; possible is 10 to 270 g/L; "
                "as g/L the same number would be 132 g/L: confirm the unit and send it again.",
                False,
                id="slip, the other way round",
            ),
            pytest.param(
                "1.32 g/dL",
                "implausible",
                "hemoglobin 1.32 g/dL is implausible; usual is 30 to 220 g/L.",
                True,
                id="no slip",
            ),
            pytest.param(
                "240 g/L", "implausible", "hemoglobin 240 g/L is implausible; usual is 30 to 220 g/L.", True, id="high"
            ),
            pytest.param(
                "900 g/L",
                "impossible",
                "hemoglobin 900 g/L is impossible; possible is 10 to 270 g/L.",
                False,
                id="too high",
            ),
        ],
    )
    def test_plausibility(self, text, issue, detail, used):
        """
        What cannot be is set aside; what is strange is used with a note, unless another unit would
        explain the number: then that unit is proposed and the result set aside.
        """
        panel = small.panel(hemoglobin=text)

        ((note),) = panel.notes
        assert (note.issue, note.detail, note.used) == (issue, detail, used)
        assert ("hemoglobin" in panel.values) is used
        assert ("hemoglobin" in panel.set_aside) is not used
        assert (panel.inputs[0].used is not None) is used

    def test_later_than_the_question(self):
        """
        A result taken after the instant of the question is set aside.
        """
        panel = small.panel(crp=("3 mg/L", small.NOW + timedelta(minutes=5, seconds=1)))

        assert [note.issue for note in panel.notes] == ["later-than-as-of"]
        assert "crp" in panel.set_aside

    def test_clocks_apart(self):
        """
        A laboratory's clock may be five minutes ahead: its result is used.
        """
        panel = small.panel(crp=("3 mg/L", small.NOW + timedelta(minutes=5)))

        assert panel.values["crp"].interval == Interval.exactly(3)
        assert panel.notes == ()

    def test_latest_result(self):
        """
        Of results at different times the latest is used, and the others are noted.
        """
        earlier = small.NOW - timedelta(days=3)

        panel = small.panel(crp=[("30 mg/L", earlier), ("3 mg/L", small.NOW)])

        assert panel.values["crp"].interval == Interval.exactly(3)
        assert panel.values["crp"].refs == ("r2",)
        assert [(note.about, note.issue, note.used) for note in panel.notes] == [("r1", "superseded", False)]

    def test_zones(self):
        """
        Results are ordered by their instants, whatever zones they are told in.
        """
        noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
        east = datetime(2026, 11, 20, 13, tzinfo=timezone(timedelta(hours=5)))

        panel = small.panel(crp=[("30 mg/L", noon), ("3 mg/L", east)])

        assert panel.values["crp"].interval == Interval.exactly(30)

    def test_read_together(self):
        """
        Results that cannot be ordered in time are read as the smallest range that holds them.
        """
        panel = small.panel(crp=["3 mg/L", ("8 mg/L", small.NOW), "<5 mg/L"])

        assert panel.values["crp"].interval == Interval.of(0, 8)
        ((note),) = panel.notes
        assert (note.about, note.issue, note.used) == ("r1", "read-together", True)
        assert (
            note.detail
            == "crp: results r1, r2, r3 cannot be ordered in time and were read as one range, at most 8 mg/L."
        )

    def test_many_read_together(self):
        """
        However many results are read together, one note names the first few.
        """
        panel = small.panel(crp=[f"{number} mg/L" for number in range(1, 501)])

        ((note),) = panel.notes
        assert "results r1, r2, r3, r4, r5 and 495 more cannot" in note.detail

    def test_the_same_twice(self):
        """
        The same value twice is one value, and needs no remark.
        """
        panel = small.panel(crp=["3 mg/L", "0.3 mg/dL"])

        assert panel.values["crp"].interval == Interval.exactly(3)
        assert panel.values["crp"].refs == ("r1", "r2")
        assert panel.notes == ()

    @pytest.mark.parametrize(
        ("set_aside", "usable"),
        [
            pytest.param(timedelta(0), timedelta(days=1), id="later"),
            pytest.param(timedelta(days=1), timedelta(days=1), id="at the same time"),
            pytest.param(None, timedelta(days=1), id="at no time"),
            pytest.param(timedelta(days=1), None, id="beside one at no time"),
            pytest.param(None, None, id="both at no time"),
        ],
    )
    def test_set_aside_not_older(self, set_aside, usable):
        """
        Where the newest result is set aside, or may be, an older one does not stand in for it.
        """
        times = [None if ago is None else small.NOW - ago for ago in (set_aside, usable)]

        panel = small.panel(hemoglobin=[("9 g/L", times[0]), ("120 g/L", times[1])])

        assert "hemoglobin" not in panel.values
        assert panel.set_aside == {"hemoglobin"}
        assert [one.used for one in panel.inputs] == [None, None]
        assert [(note.about, note.issue, note.used) for note in panel.notes] == [
            ("r1", "impossible", False),
            ("r2", "superseded", False),
        ]

    @pytest.mark.parametrize(
        ("text", "time"),
        [
            pytest.param("9 g/L", small.NOW - timedelta(days=1), id="older"),
            pytest.param("90 g/L", small.NOW + timedelta(days=1), id="after the question"),
        ],
    )
    def test_set_aside_is_no_newer(self, text, time):
        """
        A result that was set aside and is older, or was taken after the question, leaves the newest one in use.
        """
        panel = small.panel(hemoglobin=[(text, time), ("120 g/L", small.NOW)])

        assert panel.values["hemoglobin"].interval == Interval.exactly(120)
        assert panel.set_aside == frozenset()


class TestAge:
    @pytest.mark.parametrize(
        ("text", "months"),
        [
            ("34 a", (408, 420)),
            ("1 year", (12, 24)),
            ("0 a", (0, 12)),
            ("5 mo", (5, 6)),
            ("2.5 a", (30, Fraction("31.2"))),
            ("2.50 a", (30, Fraction("30.12"))),
        ],
    )
    def test_completed(self, text, months):
        """
        A stated age stands for every age from it to the next, at the precision given.
        """
        low, high = months

        assert small.panel(age=text).values["age"].interval == Interval.of(low, high, high_open=True)

    @pytest.mark.parametrize(
        ("birth", "months"),
        [
            pytest.param(date(1996, 11, 22), 360, id="birthday"),
            pytest.param(date(1996, 11, 23), 359, id="the day before"),
            pytest.param(date(2026, 11, 22), 0, id="born today"),
            pytest.param(date(2024, 2, 29), 32, id="leap day"),
        ],
    )
    def test_birth_date(self, birth, months):
        """
        A birth date is an age in completed months at the instant of the question.
        """
        found = small.panel(birth_date=birth).values["age"]

        assert found.interval == Interval.of(months, months + 1, high_open=True)
        assert found.refs == ("patient/birth-date",)

    def test_birth_date_and_age(self):
        """
        A birth date that agrees with the age is the more exact of the two.
        """
        panel = small.panel(birth_date=date(1996, 5, 1), age="30 a")

        assert panel.values["age"].interval == Interval.of(366, 367, high_open=True)

    def test_completed_months_at_the_offset(self):
        """
        The day of the question is its day at its offset, whatever it is in UTC.
        """
        late = datetime(2026, 11, 22, 23, tzinfo=timezone(timedelta(hours=-5)))

        assert completed_months(date(2026, 10, 23), late) == 0
        assert completed_months(date(2026, 10, 22), late) == 1


class TestPatientQuantities:
    def test_units(self):
        """
        A patient quantity is converted like a result.
        """
        assert small.panel(altitude="5000 [ft_i]").values["altitude"].interval == Interval.exactly(1524)

    def test_bare_number(self):
        """
        A bare number has the canonical unit, where it can have no other meaning.
        """
        of = small.release()
        given = replace(
            small.given(of), quantities={"altitude": (Quantity(Interval.exactly(5), "", "5"), "/patient/altitude")}
        )

        assert take_in(of, of.profiles["default"], given).values["altitude"].interval == Interval.exactly(5)


class TestAssumptions:
    def test_of_the_profile(self):
        """
        What the profile assumes is used where nothing was said, and is listed.
        """
        panel = small.panel()

        assert panel.values["altitude"].origin is Origin.ASSUMED
        assert panel.assumed == (Assumed("altitude", "0 m"),)

    def test_yields_to_what_is_said(self):
        """
        An assumption yields to any value given.
        """
        panel = small.panel(altitude="500 m", pregnancy="late", assume={"pregnancy": "not-pregnant"})

        assert panel.values["altitude"].origin is Origin.REPORTED
        assert panel.attributes["pregnancy"].values == {"late"}
        assert panel.assumed == ()
        assert [(note.about, note.issue, note.used) for note in panel.notes] == [
            ("pregnancy", "assumption-not-used", False)
        ]

    @pytest.mark.parametrize(
        ("said", "name", "text"),
        [
            pytest.param({"altitude": "5 m"}, "altitude", "0 m", id="told"),
            pytest.param({"sex": "male", "age": "30 a"}, "pregnancy", "late", id="settled by the domain"),
            pytest.param({"sex": "female", "age": "30 a", "weeks": "30 wk"}, "pregnancy", "early", id="measured"),
        ],
    )
    def test_idle(self, said, name, text):
        """
        An assumption of the request that was not used is remarked on, whatever the reason.
        """
        panel = small.panel(**said, assume={name: text})

        assert [(note.about, note.issue) for note in panel.notes] == [(name, "assumption-not-used")]
        assert name not in {one.name for one in panel.assumed}

    @pytest.mark.parametrize(
        ("said", "text", "code"),
        [
            pytest.param({"altitude": "5 m"}, "banana", "not-a-quantity", id="no quantity"),
            pytest.param({"altitude": "5 m"}, "99999 m", "impossible-value", id="impossible"),
            pytest.param({"pregnancy": "late"}, "no", "unknown-value", id="no such word"),
        ],
    )
    def test_read_though_idle(self, said, text, code):
        """
        What the request assumes must be right even where it is not used.
        """
        (name,) = said

        ((pointer, word, _),) = faults(**said, assume={name: text})

        assert (pointer, word) == (f"/assume/{name}", code)

    def test_of_the_request(self):
        """
        What the request assumes stands before what the profile assumes.
        """
        panel = small.panel(sex="female", age="30 a", assume={"altitude": "1500 m", "pregnancy": "not-pregnant"})

        assert panel.values["altitude"].interval == Interval.exactly(1500)
        assert panel.attributes["pregnancy"].origin is Origin.ASSUMED
        assert panel.assumed == (Assumed("altitude", "1500 m"), Assumed("pregnancy", "not-pregnant"))

    def test_without_assumptions(self):
        """
        A profile that assumes nothing leaves unknown what was not said.
        """
        panel = small.panel(profile="book")

        assert "altitude" not in panel.values
        assert panel.assumed == ()


class TestFindings:
    def test_states(self):
        """
        Findings are what the panel says; one stated as unknown, and one not stated, is unknown.
        """
        panel = small.panel(fever="present", bleeding="unknown")

        assert panel.findings == {"fever": (State.PRESENT, Origin.REPORTED)}

    def test_complete(self):
        """
        In a group that is stated to be complete, what is not listed is absent, unless it is stated
        to be unknown.
        """
        assert small.panel(fever="present", complete=["history"]).findings == {
            "fever": (State.PRESENT, Origin.REPORTED),
            "bleeding": (State.ABSENT, Origin.STATED_COMPLETE),
        }
        assert small.panel(fever="unknown", complete=["history"]).findings == {
            "bleeding": (State.ABSENT, Origin.STATED_COMPLETE),
        }


class TestFresh:
    KNOWN = ("vocabulary.yaml", "    loinc: [1988-5]\n", "    loinc: [1988-5]\n    fresh for: 30 d\n")

    @pytest.mark.parametrize(
        ("days", "used"),
        [
            pytest.param(30, True, id="on its last day"),
            pytest.param(31, False, id="a day older"),
        ],
    )
    def test_age_of_a_result(self, days, used):
        """
        A result that is older than its measure stays fresh is set aside, with a note; it is missing then.
        """
        panel = small.panel(self.KNOWN, crp=("9 mg/L", small.NOW - timedelta(days=days)))

        assert ("crp" in panel.values) is used
        assert [note.issue for note in panel.notes] == ([] if used else ["stale"])

    def test_untimed(self):
        """
        A result without a time is taken as current, as the caller sent it.
        """
        assert "crp" in small.panel(self.KNOWN, crp="9 mg/L").values


class TestEvents:
    @pytest.mark.parametrize(
        ("told", "place", "code", "words"),
        [
            pytest.param(
                small.NOW + timedelta(minutes=6), "/time", "event-after-as-of", "send events that have happened",
                id="later instant",
            ),
            pytest.param(
                date(2026, 11, 23), "/date", "event-after-as-of", "lies after the instant", id="later day"
            ),
        ],
    )  # fmt: skip
    def test_not_yet(self, told, place, code, words):
        """
        What has not happened yet at the instant of the question is refused where it stands.
        """
        ((pointer, said_code, detail),) = faults(transfusion=told)

        assert (pointer, said_code) == (f"/events/0{place}", code)
        assert words in detail

    def test_unknown(self):
        """
        An event that is not in the vocabulary is refused with the nearest that is.
        """
        event = GivenEvent("transfusoin", "/events/0", None)

        ((pointer, code, detail),) = faults(lambda given: replace(given, events=(event,)))

        assert (pointer, code) == ("/events/0/event", "unknown-event")
        assert "Did you mean transfusion?" in detail

    def test_twice(self):
        """
        Of what happened several times the last is sent; two of one event are refused.
        """
        events = tuple(GivenEvent("transfusion", f"/events/{n}", None) for n in range(2))

        ((pointer, code, detail),) = faults(lambda given: replace(given, events=events))

        assert (pointer, code) == ("/events/1", "stated-twice")
        assert "the last time" in detail
