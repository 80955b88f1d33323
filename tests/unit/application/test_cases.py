from dataclasses import replace

import pytest

from service.application.cases import run_cases
from tests import small

SIGNS = "iron: 5 umol/L, tibc: 60 umol/L, ferritin: 40 ug/L, transfusion: 10 d ago"
FILE = "small/rules/blood/ane-010-anemia.cases.yaml"


def failures(*changes: small.Change) -> list[str]:
    """
    Return what the first two cases fail of, after changes.
    """
    of, cases = small.read(small.changed(*changes))
    return [text for result in run_cases(of, small.engine(), cases[:2]) for text in result.failures]


class TestRunCases:
    def test_met(self):
        """
        A case whose expectations are met has no failures, and tells which rules fired.
        """
        of, cases = small.read(small.files())

        first, second, third = run_cases(of, small.engine(), cases)

        assert (first.failures, second.failures, third.failures) == ((), (), ())
        assert first.fired == {"BLD-020"}

    @pytest.mark.parametrize(
        ("before", "after", "failure"),
        [
            ("status: concluded", "status: inconclusive", "status is concluded, expected inconclusive"),
            ("findings: {anemia: absent}", "findings: {anemia: present}", "anemia is absent, expected present"),
            (
                "{blood-disorder: excluded}",
                "{blood-disorder: unlikely}",
                "blood-disorder is excluded, expected unlikely",
            ),
            ("{blood-disorder: excluded}", "{iron-anemia: likely}", "iron-anemia is not concluded, expected likely"),
            (
                "not concluded: [iron-anemia]",
                "not concluded: [blood-disorder]",
                "blood-disorder is confirmed, expected not to be concluded",
            ),
            ("advice: [measure-ferritin]", "advice: [look-for-bleeding]", "look-for-bleeding is not advised"),
            (
                "advice: [measure-ferritin]",
                "advice: {measure-ferritin: {urgency: emergency}}",
                "measure-ferritin is soon, expected emergency",
            ),
            (
                "advice: [measure-ferritin]",
                "advice: {measure-ferritin: {urgency: soon, within: 30 d}}",
                "measure-ferritin is not due within any time, expected within 30 d",
            ),
            (
                "not advised: [look-for-bleeding]",
                "not advised: [measure-ferritin]",
                "measure-ferritin is advised, expected not to be",
            ),
            (
                "fired: [ANE-010]\n      undecided",
                "fired: [BLD-020]\n      undecided",
                "BLD-020 is not fired, expected fired",
            ),
            ("not fired: [ANE-010]", "not fired: [BLD-020]", "BLD-020 is fired, expected not fired"),
            ("{IRN-010: [ferritin]}", "{IRN-010: [crp]}", "IRN-010 waits for ferritin, expected crp"),
            ("{IRN-010: [ferritin]}", "{IRN-010: []}", "IRN-010 waits for ferritin, expected nothing"),
            ("{IRN-010: [ferritin]}", "{ANE-010: [ferritin]}", "ANE-010 is fired, expected undecided"),
            (
                "not fired: [ANE-010]",
                "quality: {hemoglobin: impossible}",
                "the quality of hemoglobin is unremarked, expected impossible",
            ),
        ],
    )
    def test_unmet(self, before, after, failure):
        """
        Each expectation that is not met is one sentence with what was found and what was expected.
        """
        assert failures((FILE, before, after)) == [failure]

    def test_panel_that_cannot_be(self):
        """
        A case whose patient is refused fails with the reason, and the others are run.
        """
        of, cases = small.read(small.files())
        refused = replace(cases[0], given=small.given(of, hemoglobin="12 fL"))

        first, second = run_cases(of, small.engine(), [refused, cases[1]])

        assert second.failures == ()
        assert len(first.failures) == 1
        assert "'fL' measures something else" in first.failures[0]


class TestNotUsed:
    def test_set_aside(self):
        """
        A result that was set aside is told beside what a case fails of, for it may be why.
        """
        of, cases = small.read(small.changed((FILE, "{anemia: unknown}", "{anemia: present}")))

        (result,) = run_cases(of, small.engine(), [cases[2]])

        assert result.failures == ("anemia is unknown, expected present",)
        assert [detail.partition(";")[0] for detail in result.not_used] == ["hemoglobin 9 g/L is impossible"]


class TestAdvised:
    @pytest.mark.parametrize(
        ("urgency", "within", "unmet"),
        [
            ("routine", "4 wk", []),
            ("", "28 d", []),
            ("soon", "", ["measure-ferritin is routine, expected soon"]),
            ("", "30 d", ["measure-ferritin is due within 4 wk, expected within 30 d"]),
        ],
    )
    def test_how_soon(self, urgency, within, unmet):
        """
        Advice is held to its urgency and its time, in whatever unit that is written.
        """
        how = [f"urgency: {urgency}"] * bool(urgency) + [f"within: {within}"] * bool(within)
        changes = (
            (FILE, "hemoglobin: 119 g/L, fever: absent}", f"hemoglobin: 119 g/L, {SIGNS}}}"),
            (FILE, "advice: [measure-ferritin]", f"advice: {{measure-ferritin: {{{', '.join(how)}}}}}"),
        )

        assert [one for one in failures(*changes) if one.startswith("measure")] == unmet
