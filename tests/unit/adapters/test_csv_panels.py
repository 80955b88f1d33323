from datetime import UTC, date, datetime

import pytest

from service.adapters.tables.csv_panels import TableError, TableRow, read_table
from service.adapters.tables.read_mapping import read_mapping
from service.domain.errors import KnowledgeError
from service.domain.facts import resolve
from service.domain.given import GivenPanel
from service.domain.intake import take_in
from service.domain.intervals import Interval
from tests import small

MAPPING = """\
title: People
row id: id
patient:
  sex: {column: sex, values: {"1": male, "2": female}, unknown: ["9"]}
results:
  hemoglobin: {column: hgb, unit: g/dL}
  crp: {column: crp, unit: mg/L, below: {column: flag, when: "1"}}
"""
HEADING = "id,sex,hgb,crp,flag\n"


def mapped(folder, text=MAPPING):
    """
    Read a mapping.
    """
    (folder / "mapping.yaml").write_text(text)
    return read_mapping(folder / "mapping.yaml", small.release().vocabulary)


def rows(folder, *lines: str, heading: str = HEADING) -> list[TableRow]:
    """
    Read the rows of a table.
    """
    (folder / "people.csv").write_text(heading + "\n".join(lines))
    return list(read_table(folder / "people.csv", mapped(folder), small.NOW))


class TestReadMapping:
    @pytest.mark.parametrize(
        ("before", "after", "place", "words"),
        [
            ("hemoglobin:", "hemoglobn:", "6:3", "'hemoglobn' is not a known laboratory measure. Did you mean"),
            ("hemoglobin:", "adjusted-hemoglobin:", "6:3", "'adjusted-hemoglobin' is not a known laboratory measure."),
            ("sex: {", "sexx: {", "4:3", "'sexx' is not a known attribute. Did you mean 'sex'?"),
            ("male,", "mal,", "4:36", "'mal' is not a value of sex. Did you mean 'male'?"),
            ("g/dL", "g/fL", "6:35", "'g/fL' is not accepted for hemoglobin; use one of g/L, g/dL, mmol/L."),
            (
                "results:",
                "  hight: [{column: height, unit: m}]\nresults:",
                "5:3",
                "'hight' is not a known patient quantity.",
            ),
        ],
    )
    def test_names(self, tmp_path, before, after, place, words):
        """
        What the release does not know is refused once, with its place, before any row is read.
        """
        with pytest.raises(KnowledgeError) as caught:
            mapped(tmp_path, MAPPING.replace(before, after, 1))

        ((problem),) = caught.value.problems
        assert str(problem).startswith(f"mapping.yaml:{place}: {words}")


EVENTS = MAPPING + "events:\n  transfusion: {column: blood, never: '0', unknown: ['9']}\n"


class TestEvents:
    @pytest.mark.parametrize(
        ("before", "after", "place", "words"),
        [
            ("transfusion:", "transfusoin:", "9:3", "'transfusoin' is not a known event. Did you mean 'transfusion'?"),
            ("never:", "nevr:", "9:32", "'nevr' is not a key of a column of times. Did you mean 'never'?"),
            ("never: '0'", "unit: wk", "9:38", "'wk' is not a way to count back from the question. Accepted: d."),
        ],
    )
    def test_mapping(self, tmp_path, before, after, place, words):
        """
        An event that is not known, or a word that is none of a column of times, is refused.
        """
        with pytest.raises(KnowledgeError) as caught:
            mapped(tmp_path, EVENTS.replace(before, after, 1))

        ((problem),) = caught.value.problems
        assert str(problem) == f"mapping.yaml:{place}: {words}"

    def read(self, folder, cell: str, text: str = EVENTS) -> TableRow:
        """
        Read a row with a cell about a transfusion.
        """
        (folder / "people.csv").write_text(HEADING.replace("\n", ",blood\n") + f"a,1,12,,,{cell}\n")
        (row,) = read_table(folder / "people.csv", mapped(folder, text), small.NOW)
        return row

    @pytest.mark.parametrize(
        ("cell", "at"),
        [
            pytest.param("2026-11-12", date(2026, 11, 12), id="day"),
            pytest.param("2026-11-12T08:00:00Z", datetime(2026, 11, 12, 8, tzinfo=UTC), id="instant"),
            pytest.param("0", None, id="never"),
        ],
    )
    def test_time(self, tmp_path, cell, at):
        """
        A cell holds a day, an instant, or a code for never.
        """
        (event,) = self.read(tmp_path, cell).panel.events

        assert (event.event, event.pointer, event.at) == ("transfusion", "/blood", at)

    @pytest.mark.parametrize("cell", ["", " ", "9"])
    def test_unknown(self, tmp_path, cell):
        """
        A blank cell, or a code that the mapping lists as unknown, says nothing: never that it did not happen.
        """
        assert self.read(tmp_path, cell).panel.events == ()

    def test_days(self, tmp_path):
        """
        A number of days tells the day, and not the hour.
        """
        of = small.release()
        ((event),) = self.read(tmp_path, "10", EVENTS.replace("never:", "unit: d, never:")).panel.events
        panel = take_in(of, of.profiles["default"], GivenPanel(small.NOW, events=(event,)))
        values = resolve(of, of.profiles["default"], panel).values

        assert event.at == date(2026, 11, 12)
        assert not values["days-since-transfusion"].interval.is_exact

    @pytest.mark.parametrize(
        ("cell", "unit"),
        [
            ("12.11.2026", ""),
            ("2026-02-30", ""),
            ("2026-11-12T08:00:00", ""),
            ("10", ""),
            ("2026-11-12", "unit: d, "),
            ("-3", "unit: d, "),
            ("1.5", "unit: d, "),
        ],
    )
    def test_faults(self, tmp_path, cell, unit):
        """
        A cell that is no such time keeps its row from being decided.
        """
        row = self.read(tmp_path, cell, EVENTS.replace("never:", f"{unit}never:"))

        assert [(fault.pointer, fault.code) for fault in row.faults] == [("/blood", "not-a-time")]


class TestReadTable:
    @pytest.mark.parametrize(
        ("cells", "interval"),
        [
            pytest.param("<5,", Interval.of(0, 5, high_open=True), id="below"),
            pytest.param("<= 5,", Interval.of(0, 5), id="at most"),
            pytest.param(">5,", Interval.of(5, None, low_open=True), id="above"),
            pytest.param(">=5,", Interval.of(5, None), id="at least"),
            pytest.param("5,", Interval.exactly(5), id="exactly"),
            pytest.param("5,1", Interval.of(0, 5, high_open=True), id="marked"),
            pytest.param("<5,1", Interval.of(0, 5, high_open=True), id="marked twice"),
        ],
    )
    def test_comparators(self, tmp_path, cells, interval):
        """
        A cell may say that a value lies beyond what the method measures, as may a mark beside it.
        """
        ((row),) = rows(tmp_path, f"a,1,,{cells}")

        assert row.panel.results[0].quantity.interval == interval

    @pytest.mark.parametrize(
        ("line", "pointer", "code"),
        [
            pytest.param("a,3,12,,", "/sex", "unknown-value", id="code that is not listed"),
            pytest.param("a,male,12,,", "/sex", "unknown-value", id="word for a code"),
            pytest.param("a,1,12", "", "cells-and-heading-differ", id="fewer cells"),
            pytest.param("a,1,12,3,,9", "", "cells-and-heading-differ", id="more cells"),
            pytest.param("a,1,<,,", "/hgb", "not-a-number", id="comparator alone"),
            pytest.param("a,1,=12,,", "/hgb", "not-a-number", id="no comparator"),
            pytest.param("a,1,,>5,1", "/crp", "contradiction", id="above, marked as below"),
        ],
    )
    def test_faults(self, tmp_path, line, pointer, code):
        """
        A cell that cannot be read keeps its row from being decided; nothing is read as if it were blank.
        """
        ((row),) = rows(tmp_path, line)

        assert row.panel is None
        assert [(fault.pointer, fault.code) for fault in row.faults] == [(pointer, code)]

    @pytest.mark.parametrize(
        ("cells", "said"),
        [
            pytest.param("12,16,L", (12, 16, "L"), id="range and flag"),
            pytest.param("12,,", (12, None, None), id="one limit"),
            pytest.param(",,H", (None, None, "H"), id="flag"),
            pytest.param("x,16,", "not-a-number", id="a limit that is no number"),
            pytest.param("12,16,HH", (12, 16, "H"), id="a code that says where the value lies"),
            pytest.param("12,16,A", (12, 16, None), id="a code that tells no side"),
            pytest.param("12,16,high", "unknown-flag", id="a flag that is none"),
        ],
    )
    def test_laboratory(self, tmp_path, cells, said):
        """
        Columns beside a result hold the laboratory's range and its flag.
        """
        (tmp_path / "people.csv").write_text(f"id,hgb,lo,hi,is\na,11,{cells}\n")
        text = "title: T\nrow id: id\nresults:\n  hemoglobin: {column: hgb, unit: g/dL, low: lo, high: hi, flag: is}\n"

        (row,) = read_table(tmp_path / "people.csv", mapped(tmp_path, text), small.NOW)

        if isinstance(said, str):
            assert [fault.code for fault in row.faults] == [said]
            return
        (result,) = row.panel.results
        limits = (result.reference.low, result.reference.high) if result.reference else (None, None)
        assert (*limits, result.flag) == said

    @pytest.mark.parametrize("code", ["", " ", "9"])
    def test_unknown(self, tmp_path, code):
        """
        A blank cell, or a code that the mapping lists as unknown, says nothing.
        """
        ((row),) = rows(tmp_path, f"a,{code},12,,")

        assert row.panel.attributes == {}

    def test_repeated_heading(self, tmp_path):
        """
        Which of two columns of one heading is meant cannot be known, unless neither is read.
        """
        with pytest.raises(TableError, match="several columns hgb;"):
            rows(tmp_path, "a,1,12,,,9", heading=HEADING.replace("flag", "flag,hgb"))

        assert rows(tmp_path, "a,1,12,,,x,y", heading=HEADING.replace("flag", "flag,note,note"))[0].panel is not None
