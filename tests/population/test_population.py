from pathlib import Path

import pytest

from tests.population import plain
from tests.population.__main__ import ROOT, differences, evaluated, reconciled, rows

EXCERPT = Path(__file__).parent / "nhanes-excerpt.csv"


@pytest.fixture(scope="module")
def table():
    return rows(EXCERPT)


@pytest.fixture(scope="module")
def answered():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FERRULE_KNOWLEDGE", str(ROOT / "knowledge"))
        return evaluated(EXCERPT, "--draft")


class TestExcerpt:
    def test_every_row_is_decided(self, table, answered):
        """
        `ferrule evaluate` decides each of the 300 rows, in order, and engine and semantics agree on all.
        """
        code, lines = answered

        assert code == 0
        assert [line["row"] for line in lines] == [row["SEQN"] for row in table]
        assert len(lines) == 300
        assert not any("disagreement" in line or "errors" in line for line in lines)

    def test_plain_reading(self, table, answered):
        """
        Findings and conclusions of each row are those of a plain reading with the limits written out.
        """
        assert list(differences(table, answered[1])) == []

    def test_plain_counts(self, table, answered):
        """
        The service counts what a plain count of the file counts, each finding and conclusion of note among it.
        """
        findings, conclusions = plain.count(table)

        lines = answered[1]

        for (name, state), count in findings.items():
            assert sum(line["findings"][name] == state for line in lines) == count
        for (name, certainty), count in conclusions.items():
            assert sum(line["conclusions"].get(name) == certainty for line in lines) == count
        assert min(findings[name, state] for name in plain.FINDINGS for state in ("present", "absent")) > 0
        assert conclusions["iron-deficiency-anemia", "likely"] > 0

    def test_no_row_is_recorded(self, answered):
        """
        Each line says that it is no recorded decision.
        """
        assert all(line["recorded"] is False for line in answered[1])

    def test_reconciliation(self, table, answered):
        """
        The table that explains the counts can be printed for any file of these columns.
        """
        assert reconciled(table, answered[1]).row_count == 5
