from datetime import date

import pytest

from service.adapters.knowledge.folder import KnowledgeFolder
from service.adapters.knowledge.workshop import WorkshopFolder
from service.application.cases import run_cases
from service.application.new_rule import Wanted, condition_faults, new_rule, next_id
from service.application.semantics_alone import SemanticsAlone
from service.domain.errors import KnowledgeError
from tests import small


@pytest.fixture
def root(tmp_path):
    """
    A knowledge folder of the small rule set.
    """
    for name, raw in small.files().items():
        (tmp_path / "knowledge" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "knowledge" / name).write_bytes(raw)
    return tmp_path / "knowledge"


def wanted(*conditions, group="all", effect="establish", name="iron-deficiency", degree="", **other):
    given = {"because": "", "id": "TST-010", "title": "A new rule", "family": "blood", "source": "book"} | other
    return Wanted(
        "small", given["family"], given["id"], given["title"], effect, name, degree, group, conditions,
        given["because"], "The book says so.",
        {"source": "book", "where": "Page 9", "says": "So it is.", "strength": "made up", "read": "own"},
        {"source": given["source"], "where": "Page 7"}, ("It is made up.",), "nobody", date(2028, 11, 22),
    )  # fmt: skip


def written(root, asked):
    """
    Write a rule, and return what its two cases are given.
    """
    new_rule(WorkshopFolder(root), asked)
    release, cases = KnowledgeFolder(root).release("small", "draft", "")
    own = [case for case in cases if case.rule == asked.id]
    assert [result.failures for result in run_cases(release, SemanticsAlone(release), own)] == [(), ()]
    return [
        {result.measure: f"{result.quantity.text} {result.quantity.unit}" for result in case.given.results}
        | {finding.finding: finding.state.value for finding in case.given.findings}
        for case in own
    ]


class TestWritten:
    def test_files(self, root):
        """
        The rule and its cases stand in the house form, the sentence made of the conditions, and the
        cases rest on the source that the author named.
        """
        files = new_rule(WorkshopFolder(root), wanted("ferritin: below low-ferritin", "inflammation: absent"))

        stem = "knowledge/small/rules/blood/tst-010-a-new-rule"
        assert files == (f"{stem}.yaml", f"{stem}.cases.yaml")
        assert (root.parent / files[0]).read_text() == (
            "id: TST-010\ntitle: A new rule\nstatus: in-use\n\n"
            "when:\n  all:\n    - ferritin: below low-ferritin\n    - inflammation: absent\n"
            "then:\n  establish: iron-deficiency\n"
            "  because: Ferritin {ferritin} is {below low-ferritin}. Inflammation is absent.\n\n"
            "rationale: The book says so.\nevidence:\n  - source: book\n    where: Page 9\n    says: So it is.\n"
            "    supports: true\n    strength: made up\n    read: own\nlimits:\n  - It is made up.\n"
            "review: {owner: nobody, reviewed: none, next: 2028-11-22}\n"
        )
        cases = (root.parent / files[1]).read_text()
        assert cases.startswith(
            "rule: TST-010\ncases:\n  - name: A new rule\n    basis: {source: book, where: Page 7}\n"
        )
        assert "\n\n  - name: Not with ferritin just on the other side\n" in cases
        assert "      findings: {iron-deficiency: present}\n      fired: [TST-010]\n" in cases

    def test_just_on_the_other_side(self, root):
        """
        The two patients stand on the two sides of the limit, the limit itself where its row puts it.
        """
        fires, other = written(root, wanted("crp: at most inflammation-crp", effect="rule out"))

        assert (fires["crp"], other["crp"]) == ("5 mg/L", "6 mg/L")

    def test_one_is_enough(self, root):
        """
        Where one of several conditions is enough, the other patient meets none of them.
        """
        conditions = ("crp: above inflammation-crp", "fever: present")
        fires, other = written(root, wanted(*conditions, group="any"))

        assert fires["crp"] == "6 mg/L"
        assert other == {"crp": "5 mg/L", "fever": "absent"}

    def test_attribute(self, root):
        """
        A patient is of the kind that the rule speaks of.
        """
        conditions = ("sex: is female", "hemoglobin: below anemia-hemoglobin")
        fires, other = written(root, wanted(*conditions, name="anemia"))

        assert (fires["hemoglobin"], other["hemoglobin"]) == ("119 g/L", "120 g/L")

    def test_row_of_a_quantity(self, root):
        """
        A patient lives where the row of the limit is for.
        """
        file = root / "small" / "thresholds.yaml"
        rows = "          - {altitude: to 1000 m, no limit: none}\n          - {altitude: from 1000 m, at least: 170}\n"
        file.write_text(file.read_text().replace("          - {at least: 150}\n", rows))

        fires, other = written(root, wanted("ferritin: above high-ferritin", name="anemia"))

        assert (fires["ferritin"], other["ferritin"]) == ("170 ug/L", "169 ug/L")

    def test_in_scope(self, root):
        """
        Where a row begins before the scope does, the patients are of the age at which the scope begins: outside of
        it nothing would be told of them.
        """
        file = root / "small" / "thresholds.yaml"
        rows = "          - {age: to 2 a, above: 4}\n          - {age: from 2 a, no limit: none}\n"
        limit = file.read_text().partition("  inflammation-crp:")[2]
        file.write_text(file.read_text().replace(limit, limit.replace("          - {above: 5}\n", rows, 1)))

        new_rule(WorkshopFolder(root), wanted("crp: above inflammation-crp", name="anemia"))

        release, cases = KnowledgeFolder(root).release("small", "draft", "")
        own = [case for case in cases if case.rule == "TST-010"]
        ages = [case.given.quantities["age"][0].text for case in own]
        assert ages == ["6", "6"]
        assert [result.decision.in_scope for result in run_cases(release, SemanticsAlone(release), own)] == [True] * 2

    def test_without_limits(self, root):
        """
        A rule without a limit has a patient who differs in a finding.
        """
        fires, other = written(
            root, wanted("bleeding: present", effect="advise", name="look-for-bleeding", degree="soon")
        )

        assert (fires["bleeding"], other["bleeding"]) == ("present", "absent")

    def test_own_words(self, root):
        """
        A sentence of the author's own stands as it was said; texts that need quotes have them.
        """
        files = new_rule(WorkshopFolder(root), wanted("fever: present", title="Fever: a sign", because="Hot # today."))

        rule = (root.parent / files[0]).read_text()
        assert 'title: "Fever: a sign"\n' in rule
        assert 'because: "Hot # today."\n' in rule

    def test_doubt(self, root):
        """
        A rule may doubt a result.
        """
        asked = wanted("crp: above inflammation-crp", effect="reads high", name="ferritin")

        fires, other = written(root, asked)

        assert (fires["crp"], other["crp"]) == ("6 mg/L", "5 mg/L")

    def test_limit_of_another_source(self, root):
        """
        Cases that turn on a limit of another source than the one named for them are marked, and refused as they are.
        """
        asked = wanted("crp: above inflammation-crp", effect="reads high", name="ferritin", source="study")

        _, cases = new_rule(WorkshopFolder(root), asked)

        assert (root.parent / cases).read_text().count("basis: generated, unconfirmed\n") == 2
        with pytest.raises(KnowledgeError, match="rests on a source: say which and where"):
            KnowledgeFolder(root).release("small", "draft", "")

    def test_confirmed(self, root):
        """
        What the author confirms rests on the source, whichever limit it turns on.
        """
        asked = wanted("crp: above inflammation-crp", effect="reads high", name="ferritin", source="study")

        _, cases = new_rule(WorkshopFolder(root), asked, lambda *_: True)

        assert (root.parent / cases).read_text().count("basis: {source: study, where: Page 7}\n") == 2


class TestRefused:
    def test_never_overwrites(self, root):
        """
        A file that is there stays as it is.
        """
        path = root / "small/rules/blood/tst-010-a-new-rule.cases.yaml"
        path.write_text("mine")

        with pytest.raises(KnowledgeError, match="is there already"):
            WorkshopFolder(root).add({"small/rules/blood/tst-010-a-new-rule.cases.yaml": {"rule": "TST-010"}})

        assert path.read_text() == "mine"

    def test_no_patient(self, root):
        """
        A rule that fires for nobody is refused, and nothing is written.
        """
        before = sorted(root.rglob("*"))

        with pytest.raises(KnowledgeError, match="No patient was found for whom TST-010 fires"):
            new_rule(WorkshopFolder(root), wanted("ferritin: below low-ferritin", "ferritin: above high-ferritin"))

        assert sorted(root.rglob("*")) == before

    def test_faults(self, root):
        """
        What is wrong with the answers is told as for any file, and nothing is written.
        """
        before = sorted(root.rglob("*"))

        with pytest.raises(KnowledgeError, match="'sepsis' is not in the vocabulary"):
            new_rule(WorkshopFolder(root), wanted("sepsis: present", id="ANE-010"))

        assert sorted(root.rglob("*")) == before


class TestNextId:
    @pytest.mark.parametrize(
        ("family", "rules", "proposed"),
        [
            pytest.param(["ABC-010"], ["ABC-010", "ABC-020"], "ABC-030", id="the next ten"),
            pytest.param(["ABC-010"], ["ABC-015", "XYZ-500"], "ABC-020", id="of these letters only"),
            pytest.param(["ABC-010", "DEF-010", "DEF-020"], ["DEF-010"], "DEF-020", id="the usual letters"),
            pytest.param(["ABC-995"], ["ABC-995", "ABC-001"], "ABC-002", id="any that is free"),
            pytest.param([], ["ABC-010"], "BLO-010", id="a new family"),
            pytest.param([], ["BLO-010"], "", id="letters of another family"),
        ],
    )
    def test_proposed(self, family, rules, proposed):
        """
        The next free number of the family is proposed; a new one gets letters of its name, unless they are taken.
        """
        assert next_id(family, rules, "blood") == proposed


class TestConditionFaults:
    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("ferritin: below low-ferritin", []),
            ("ferritn: below low-ferritin", ["Did you mean 'ferritin'?"]),
            ("ferritin: below low-feritin", ["Did you mean 'low-ferritin'?"]),
            ("ferritin: missing", ["stands in rules that advise only"]),
            ("ferritin", ["Write 'ferritin: below low-ferritin' or 'ferritin: at least low-ferritin'."]),
            ("ferritin < 15", ["Write 'ferritin: below low-ferritin'."]),
            ("ferritin:", ["ferritin is empty"]),
        ],
    )
    def test_line(self, root, line, said):
        """
        A line is judged before the next is asked for, with the nearest name.
        """
        found = condition_faults(KnowledgeFolder(root).names(), line, in_advice=False)

        assert len(found) == len(said)
        assert all(part in one for part, one in zip(said, found, strict=True))
