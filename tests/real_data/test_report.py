"""
The report on files that the test makes: invented people, a few rows of each file.
"""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET

import pytest

from service.domain.vocabulary import Vocabulary
from tests.real_data.__main__ import FILE, main
from tests.real_data.answers import ADVICE, CODED, FINDINGS, VOTES, Service, about, readings
from tests.real_data.data_sets import LABELED, NHANES, UNLABELED, Target, people
from tests.real_data.nhanes import group
from tests.strategies import KNOWLEDGE, knowledge

PAKISTAN, TURKEY, SRI_LANKA, BANGLADESH = LABELED
CARRIER = {"CBC_RBC": "5.8", "Hb": "11.5", "CBC_HCT": "37.1", "CBC_MCV": "64", "CBC_MCH": "19.8", "CBC_MCHC": "31"}
DEFICIENT = {"CBC_RBC": "4.1", "Hb": "9", "CBC_HCT": "28.7", "CBC_MCV": "70", "CBC_MCH": "22", "CBC_MCHC": "31.4"}
SURVEY = {
    "SEQN": "1", "sex_1m_2f": "2", "age_years": "30", "RIDEXPRG_1preg_2not_3unknown": "2", "hgb_g_dL": "10.1",
    "mcv_fL": "72", "ferritin_ng_mL": "6", "hscrp_mg_L": "1",
}  # fmt: skip
SURVEYED = (
    *("age_months_if_le24", "hct_pct", "rbc_10e12_L", "mch_pg", "mchc_g_dL", "rdw_cv_pct", "plt_10e9_L", "wbc_10e9_L"),
    *("iron_biopro_ug_dL", "tsat_pct", "hscrp_below_lod_1yes", "creatinine_mg_dL"),
)
CONCLUDED = "the service concludes {}, at least as possible"


def write(path, rows):
    with path.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """
    Two of the files, with invented rows.
    """
    made = tmp_path_factory.mktemp("data")
    child = {"Age": "7", "CBC_RDW": "0", "Platelets": "300"}
    carrier, deficient = child | CARRIER | {"Class": "1"}, child | DEFICIENT | {"Class": "0"}
    rows = [carrier, carrier | {"CBC_MCH": "19.9"}, deficient, carrier, deficient | {"CBC_MCH": "2404"}]
    write(made / PAKISTAN.file, [{"ID": str(place)} | row for place, row in enumerate(rows)])
    survey = dict.fromkeys(SURVEYED, "") | SURVEY
    write(
        made / NHANES[0],
        [
            survey,
            survey | {"SEQN": "2", "hgb_g_dL": "11.1", "RIDEXPRG_1preg_2not_3unknown": "", "ferritin_ng_mL": ""},
            survey | {"SEQN": "3", "hgb_g_dL": "13.1", "ferritin_ng_mL": "120"},
            survey | {"SEQN": "4", "hgb_g_dL": ""},
        ],
    )
    return made


@pytest.fixture(scope="module")
def report(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FERRULE_KNOWLEDGE", str(KNOWLEDGE))
        assert main([str(folder), "--draft", "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def service():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FERRULE_KNOWLEDGE", str(KNOWLEDGE))
        return Service(draft=True)


def cell(report: str, table: str, line: str) -> list[str]:
    """
    Return the cells of a line of a table.
    """
    part = report.partition(f"### {table}\n")[2].partition("###")[0]
    (found,) = [row for row in part.splitlines() if row.startswith(f"| {line} |")]
    return [text.strip() for text in found.split("|")[2:-1]]


class TestReport:
    def test_scores(self, report):
        """
        The service and an index are scored on the same rows: two carriers and one who is short of iron.
        """
        text = (report / FILE).read_text(encoding="utf-8")
        title = "Carriers (class 1) among all: 3 rows with an MCV below 80 fL"

        service = cell(text, title, "the service finds thalassemia-indices-positive")
        mentzer = cell(text, title, "Mentzer 1973 (< 13)")
        votes = cell(text, title, "the service counts 6 votes or more of 8")

        for line in (service, mentzer, votes):
            assert line[0].endswith("2 of 2")
            assert line[1].endswith("1 of 1")
            assert line[2].startswith("1.00")
        assert "RDW" not in text.partition(f"### {title}")[2].partition("###")[0]

    def test_in_short(self, report):
        """
        For each comparison of two groups the best line of each kind is told at the beginning.
        """
        text = (report / FILE).read_text(encoding="utf-8")
        title = "Carriers (class 1) among all: 3 rows with an MCV below 80 fL"

        service, votes, index = cell(text, "The highest Youden index of each kind", title)

        assert service == "1.00 the service finds thalassemia-indices-positive"
        assert votes == "1.00 the service counts 1 votes or more of 8"
        assert index == "1.00 Red cell count, Klee 1976 (> 5)"

    def test_nothing_is_concluded(self, report):
        """
        On a blood count alone neither a carrier nor iron deficiency is concluded, and what is open is counted.
        """
        text = (report / FILE).read_text(encoding="utf-8")

        carriers = cell(text, "Carriers (class 1) among all: 3 rows", CONCLUDED.format("a disorder of hemoglobin"))
        iron = "Iron deficiency anemia (class 0) among all: 3 rows"

        assert carriers[0].endswith("0 of 2")
        assert cell(text, iron, CONCLUDED.format("iron deficiency"))[0].endswith("0 of 1")
        assert cell(text, iron, "the service finds iron-deficiency")[3] == "3"

    def test_set_aside(self, report):
        """
        Impossible values and repeated rows are told, with the values that the service did not use.
        """
        text = (report / FILE).read_text(encoding="utf-8")

        assert "1 values cannot be anybody's (CBC_MCH 2404); their rows are not compared." in text
        assert "1 rows repeat an earlier one and are not compared." in text
        assert "mch impossible in 1" in text
        assert "3 of 5 rows are compared." in text

    def test_survey(self, report):
        """
        NHANES is counted unweighted, by group and for the women with a ferritin, in every profile there is.
        """
        text = (report / FILE).read_text(encoding="utf-8")

        assert "unweighted: they are no estimates" in text
        tables = [line for line in text.splitlines() if line.startswith("### Anemia by group: ")]
        named = [name for line in tables for name in line.removeprefix("### Anemia by group: ").split(", ")]
        assert sorted(named) == sorted(knowledge().profiles)
        (women,) = [line.removeprefix("### ") for line in tables if "default" in line]
        assert cell(text, women, "15 to 65 years, female, not pregnant")[:2] == ["2", "50.0 % (9.5 to 90.5), 1 of 2"]
        assert cell(text, women, "15 to 65 years, female, pregnancy not known")[3] == "1"
        iron = cell(text, "Iron deficiency among the women with a ferritin, by profile", "default")
        assert iron[0].endswith("1 of 2")
        assert iron[3].endswith("1 of 2")

    def test_pictures(self, report):
        """
        Each comparison of two groups has a picture, which is XML and names what it shows.
        """
        pictures = sorted(report.glob("*.svg"))

        assert [path.name for path in pictures] == ["ida-or-trait-pakistan-1.svg", "ida-or-trait-pakistan-2.svg"]
        for path in pictures:
            assert path.name in (report / FILE).read_text(encoding="utf-8")
            drawn = "".join(ET.fromstring(path.read_text(encoding="utf-8")).itertext())
            assert "Mentzer 1973 (< 13)" in drawn

    def test_votes_are_those_of_plain_code(self, folder, service):
        """
        The votes that the service counts are those of the eight indices, as far as the file has their numbers.
        """
        said = service.answers(folder / PAKISTAN.file, PAKISTAN.mapping)

        assert [one.votes for one in said] == [6, 6, 0, 6, 0]

    def test_no_files(self, tmp_path, capsys):
        """
        A folder without any of the files is refused, and nothing is written.
        """
        assert main([str(tmp_path), "--out", str(tmp_path / "out")]) == 2
        assert "has none of the files" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()


class TestNames:
    def test_names_are_in_the_vocabulary(self):
        """
        Every finding, advice and measure that the report reads is in the vocabulary, and each target has conclusions.
        """
        vocabulary: Vocabulary = knowledge().vocabulary

        assert {*FINDINGS.values()} <= vocabulary.findings.keys()
        assert {*ADVICE.values()} <= vocabulary.advice.keys()
        assert VOTES in vocabulary.measures
        for target in (Target.CARRIER, Target.IRON):
            assert about(vocabulary, target)
            assert len(readings(vocabulary, target)) == 4
        assert CODED.keys() == set(Target)

    @pytest.mark.parametrize("data", [pytest.param(one, id=one.mapping) for one in (*LABELED, *UNLABELED)])
    def test_mappings(self, data, service, tmp_path):
        """
        Each mapping is read against the vocabulary, and reads a table that has its columns.
        """
        from service.adapters.tables.read_mapping import read_mapping
        from tests.real_data.data_sets import MAPPINGS

        mapping = read_mapping(MAPPINGS / data.mapping, service.release.vocabulary)
        columns = {*mapping.columns, *data.count.values(), *filter(None, (data.label, data.row_name))}
        write(tmp_path / data.file, [dict.fromkeys(columns, "")])

        ((panel),) = service.panels(tmp_path / data.file, data.mapping, data.assume, data.quantities)

        assert panel.results == ()
        assert {*panel.assume} == {*data.assume}
        assert mapping.note.strip()


class TestReading:
    def test_people(self, folder):
        """
        An impossible value is no part of a blood count, and a row that repeats another does not count twice.
        """
        told = people(PAKISTAN, folder / PAKISTAN.file)

        assert [one.repeated for one in told] == [False, False, False, True, False]
        assert [one.complete(PAKISTAN) for one in told] == [True, True, True, False, False]
        assert told[4].impossible == ("CBC_MCH 2404",)
        assert "mch" not in told[4].count

    @pytest.mark.parametrize(
        ("told", "named"),
        [
            ({"age_years": "3"}, "6 to 59 months"),
            ({"age_years": "0", "age_months_if_le24": "5"}, "younger than 6 months"),
            ({"age_years": "13", "sex_1m_2f": "1"}, "12 to 14 years, male"),
            ({"age_years": "30"}, "15 to 65 years, female, not pregnant"),
            ({"age_years": "30", "RIDEXPRG_1preg_2not_3unknown": "1"}, "15 to 65 years, female, pregnant"),
            ({"age_years": "60", "RIDEXPRG_1preg_2not_3unknown": ""}, "15 to 65 years, female"),
            ({"age_years": "66", "RIDEXPRG_1preg_2not_3unknown": ""}, "66 years and older, female"),
        ],
    )
    def test_group(self, told, named):
        """
        A person is in one group: by age, from 12 years on by sex, and by pregnancy where there may be one.
        """
        assert group(dict.fromkeys(SURVEYED, "") | SURVEY | told) == named
