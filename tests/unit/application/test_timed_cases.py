import pytest

from service.application.cases import unmet
from service.application.decide import decide
from tests import small

FILES = {
    "small/rules/next/nxt-040-again.cases.yaml": """
rule: NXT-040
cases:
  - name: Two signs of three soon after a transfusion
    basis: {source: book, where: Page 10}
    given: {age: 30 a, iron: 5 umol/L, tibc: 60 umol/L, ferritin: 40 ug/L, transfusion: 10 d ago}
    expect:
      advice: [measure-ferritin]
      fired: [NXT-040]

  - name: Whoever never had one is not asked
    basis: {source: book, where: Page 10}
    given: {age: 30 a, iron: 5 umol/L, tibc: 60 umol/L, ferritin: 40 ug/L, transfusion: never}
    expect:
      not advised: [measure-ferritin]
      not fired: [NXT-040]

  - name: What is not told of a transfusion is not none
    basis: {source: book, where: Page 10}
    given: {age: 30 a, iron: 5 umol/L, tibc: 60 umol/L, ferritin: 40 ug/L}
    expect:
      undecided: {NXT-040: [transfusion]}

  - name: A day decides where every hour of it does
    basis: {source: book, where: Page 10}
    given: {age: 30 a, iron: 5 umol/L, tibc: 60 umol/L, ferritin: 40 ug/L, transfusion: 2026-11-12}
    expect:
      fired: [NXT-040]
""",
    "small/rules/next/nxt-050-falling.cases.yaml": """
rule: NXT-050
cases:
  - name: Ten less than a month before
    basis: {source: book, where: Page 9}
    given: {age: 30 a, hemoglobin: [101 g/L 30 d ago, 91 g/L now]}
    expect:
      advice: [look-for-bleeding]
      fired: [NXT-050]
      quality: {hemoglobin: earlier}

  - name: A hemoglobin from before three months says nothing of it
    basis: {source: book, where: Page 9}
    given: {age: 30 a, hemoglobin: [101 g/L 100 d ago, 91 g/L now], iron-start: 110 d ago}
    expect:
      undecided: {NXT-050: [hemoglobin]}

  - name: Five more since iron was begun
    basis: {source: book, where: Page 9}
    given: {age: 30 a, hemoglobin: [95 g/L 80 d ago, 98 g/L 20 d ago, 100 g/L now], iron-start: 60 d ago}
    expect:
      fired: [NXT-050]

  - name: Whoever never took iron did not rise on it
    basis: {source: book, where: Page 9}
    given: {age: 30 a, hemoglobin: [95 g/L 80 d ago, 98 g/L 20 d ago, 100 g/L now], iron-start: never}
    expect:
      undecided: {NXT-050: []}
""",
}
RELEASE, CASES = small.read({**small.files(), **{path: text.lstrip().encode() for path, text in FILES.items()}})
TIMED = [case for case in CASES if case.rule in {"NXT-040", "NXT-050"}]


class TestTimedCases:
    @pytest.mark.parametrize("case", [pytest.param(one, id=one.name) for one in TIMED])
    def test_met(self, case):
        """
        A case tells earlier results, and what happened when, from the instant at which it is read.
        """
        decision, differences = decide(RELEASE, RELEASE.profiles[case.profile], small.engine(), case.given)

        assert list(unmet(decision, case)) == []
        assert differences == ()
