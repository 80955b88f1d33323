import os
from pathlib import Path

import pytest

from service import bootstrap
from service.adapters.system import utc_now
from service.config import Settings
from service.domain.errors import ReleaseNotFoundError
from tests.published.__main__ import main
from tests.published.cases import HERE, load_yaml, read_case, read_cases
from tests.published.verdicts import Word, judge

ROOT = HERE.parents[1]
SHIPPED = HERE / "cases-medqa.jsonl"
EXPECTATIONS = load_yaml("expected.yaml")


def files():
    named = os.environ.get("FERRULE_CASES")
    return [SHIPPED, *([Path(named)] if named else [])]


CASES = {case.id: case for file in files() for case in read_cases(file, utc_now())}


def settings():
    return Settings.from_env({"FERRULE_KNOWLEDGE": f"{ROOT / 'knowledge'}", "FERRULE_VERSIONS": f"{ROOT / 'versions'}"})


@pytest.fixture(scope="module")
def draft():
    return bootstrap.evaluation(settings(), draft=True)


@pytest.fixture(scope="module", params=["draft", "release"])
def evaluate(request, draft):
    if request.param == "draft":
        return draft
    try:
        bootstrap.releases(settings()).versions("microcytic-anemia")
    except ReleaseNotFoundError:
        pytest.skip("nothing was published yet")
    return bootstrap.evaluation(settings())


class TestPublishedCases:
    @pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
    def test_case(self, evaluate, case):
        """
        No published case gets an answer that its source contradicts, and each whose diagnosis the
        release covers gets that diagnosis.
        """
        verdict = judge(evaluate, case, EXPECTATIONS)

        assert verdict.word is not Word.WRONG, verdict.why

    def test_every_case_is_expected(self):
        """
        Each case has an entry in expected.yaml, so that what is not covered is said on purpose.
        """
        assert CASES.keys() <= EXPECTATIONS["cases"].keys()


class TestJudge:
    @pytest.fixture
    def case(self):
        def make(**changes):
            raw = {
                "id": "made-up",
                "population": {"age_years": "34", "sex": "F", "pregnant": True, "gestation_weeks": "30"},
                "labs": [
                    {"analyte": "hemoglobin", "value": "9.1", "unit": "g/dL"},
                    {"analyte": "mcv", "value": "70", "unit": "um3"},
                    {"analyte": "ferritin", "value": "5", "unit": "ng/mL", "comparator": "<"},
                ],
                "expected": {"anemia": True, "microcytic": True, "diagnosis": ["iron_deficiency_anemia"]},
            }
            return read_case(raw | changes, load_yaml("analytes.yaml"), utc_now())

        return make

    def test_right(self, draft, case):
        """
        A case that nobody wrote an expectation for is judged by the diagnosis of its source.
        """
        assert judge(draft, case(), EXPECTATIONS).word is Word.RIGHT

    @pytest.mark.parametrize(
        ("expected", "why"),
        [
            pytest.param(
                {"anemia": False}, "anemia is present, the source says absent", id="the opposite of the source"
            ),
            pytest.param(
                {"must_not": ["iron_deficiency_anemia"]},
                "must not: iron_deficiency_anemia (likely)",
                id="a statement that is called wrong",
            ),
            pytest.param({"must_not": ["give_iron"]}, "must not: give_iron", id="an advice that is called wrong"),
            pytest.param(
                {"diagnosis": ["anemia_of_inflammation"]},
                "anemia-of-inflammation is not concluded, expected at least possible",
                id="another diagnosis",
            ),
        ],
    )
    def test_wrong(self, draft, case, expected, why):
        """
        An answer against the source is wrong, and the verdict says what it is that is wrong.
        """
        verdict = judge(draft, case(expected=expected), EXPECTATIONS)

        assert verdict.word is Word.WRONG
        assert why in verdict.why

    def test_not_covered(self, draft, case):
        """
        A diagnosis that nobody said anything about is named as not covered; it is not counted as right.
        """
        verdict = judge(draft, case(expected={"diagnosis": ["an_unheard_of_anemia"]}), EXPECTATIONS)

        assert verdict.word is Word.NOT_COVERED

    def test_older_release(self, draft, case):
        """
        A conclusion that the release has no word for is not covered by it; it is not counted as wrong.
        """
        wanted = EXPECTATIONS | {
            "diagnoses": {"iron_deficiency_anemia": {"conclusion": "of-later", "at least": "likely"}}
        }

        verdict = judge(draft, case(), wanted)

        assert (verdict.word, verdict.why) == (Word.NOT_COVERED, ("the release has no conclusion of-later",))

    def test_outside(self, draft, case):
        """
        A diagnosis outside of the topic is answered rightly by anemia and cells as the source has them, and a next
        step; without a next step it is not.
        """
        expected = {"anemia": True, "microcytic": True, "diagnosis": ["bone_marrow_failure"]}
        silent = case(labs=[], expected=expected)

        assert judge(draft, case(expected=expected), EXPECTATIONS).word is Word.RIGHT
        assert judge(draft, silent, EXPECTATIONS).word is Word.NOT_COVERED

    def test_not_read(self, case):
        """
        What is printed without a unit, or measures what no rule reads, is named and not guessed.
        """
        labs = [
            {"analyte": "mcv", "value": "70", "unit": "", "unit_missing": True},
            {"analyte": "lead_serum", "value": "82", "unit": "ug/dL"},
            {"analyte": "unheard_of", "value": "1", "unit": "g/L"},
        ]

        read = case(labs=labs)

        assert read.panel.results == ()
        assert read.not_read == (
            "mcv: no unit is printed",
            "lead_serum: serum is the wrong specimen for lead",
            "unheard_of: not known to analytes.yaml",
        )

    def test_refused_unit(self, draft, case):
        """
        A result in a unit that the service refuses is left out and named; the rest is judged.
        """
        labs = [
            {"analyte": "hemoglobin", "value": "9.1", "unit": "g/dL"},
            {"analyte": "mcv", "value": "70", "unit": "g/dL"},
        ]

        verdict = judge(draft, case(labs=labs, expected={"anemia": True}), EXPECTATIONS)

        assert verdict.answered.findings["anemia"] == "present"
        assert "'g/dL' measures something else; mcv is accepted in fL." in verdict.case.not_read

    def test_printed_values(self, case):
        """
        Numbers stay as the source prints them, comparators and ranges included.
        """
        labs = [
            {"analyte": "ferritin", "value": "5.0", "unit": "ng/mL", "comparator": "<"},
            {"analyte": "mcv", "value": "60.64", "unit": "fL", "value_high": "72.4"},
        ]

        assert [result.quantity.text for result in case(labs=labs).panel.results] == ["<5.0", "60.64 to 72.4"]


class TestCommand:
    def test_table(self, capsys, monkeypatch):
        """
        The command prints a row for each case and a summary, and succeeds when none is wrong.
        """
        monkeypatch.chdir(ROOT)

        code = main([str(SHIPPED), "--draft"])

        printed = capsys.readouterr().out
        assert code == 0
        assert "11 cases: 11 right, 0 wrong, 0 not yet covered." in printed
        assert all(case.id in printed for case in read_cases(SHIPPED, utc_now()))

    def test_no_file(self, capsys):
        """
        Without a file of cases the command says what it needs.
        """
        assert main(["no-such-file.jsonl"]) == 2
        assert "name the collection of cases" in capsys.readouterr().err
