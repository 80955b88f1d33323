"""
Published indices and counting, by worked examples.
"""

from fractions import Fraction

import pytest

from tests.real_data.counting import Score, cells, wilson
from tests.real_data.indices import ELEVEN, INDICES, janel


def count(**numbers: str) -> dict[str, Fraction]:
    return {name: Fraction(text) for name, text in numbers.items()}


TRAIT = count(hb="11.5", rbc="5.8", hct="37.12", mcv="64", mch="19.83", mchc="30.98", rdw="14.8")
DEFICIENT = count(hb="9.0", rbc="4.1", hct="28.7", mcv="70", mch="21.95", mchc="31.36", rdw="18.5")
NOT_TOLD_APART = {
    "Shine and Lal 1977": (True, True),
    "RDW, Bessman 1979": (False, False),
    "MCHD, Telmissani 1999": (True, True),
    "Bordbar 2015": (True, True),
}
"""Indices that call both examples the same, as their authors' critics say."""
NUMBERS = {
    "Mentzer 1973": ("11.03", "17.07"),
    "England and Fraser 1973": ("-2.70", "17.50"),
    "Srivastava 1973": ("3.42", "5.35"),
    "Shine and Lal 1977": ("812", "1076"),
    "Green and King 1989": ("52.7", "100.7"),
    "RDW index, Jayabose 1999": ("163", "316"),
    "MDHL, Telmissani 1999": ("1.80", "1.29"),
    "Huber and Herklotz 2004": ("19.9", "28.4"),
    "Sirdah 2008": ("23.7", "38.9"),
    "Ehsani 2009": ("6.0", "29.0"),
    "Kerman I": ("219", "375"),
    "Kerman II": ("70.6", "119.5"),
    "Keikhaei 2010": ("16.3", "31.6"),
    "Nishad 2012": ("56.2", "62.7"),
    "Wongprachum 2012": ("48.3", "226"),
    "Das Gupta 1994": ("2.80", "-1.64"),
    "Sirachainan 2014": ("14.05", "10.0"),
    "Sehgal 2015": ("706", "1195"),
    "Matos and Carvalho 2013": ("24.7", "21.6"),
}


class TestIndices:
    @pytest.mark.parametrize("index", [pytest.param(one, id=one.name) for one in INDICES])
    def test_two_examples(self, index):
        """
        Each index calls a made-up carrier and a made-up iron deficiency what they are, but for those that do not.
        """
        said = index.says_trait(TRAIT), index.says_trait(DEFICIENT)

        assert said == NOT_TOLD_APART.get(index.name, (True, False))

    @pytest.mark.parametrize("name", NUMBERS)
    def test_worked_numbers(self, name):
        """
        The numbers of both examples are those that were worked out by hand, as far as they were written down.
        """
        (index,) = [one for one in INDICES if one.name == name]

        for text, example in zip(NUMBERS[name], (TRAIT, DEFICIENT), strict=True):
            places = len(text.partition(".")[2])
            assert abs(index.formula(example) - Fraction(text)) <= Fraction(11, 20) / 10**places

    def test_on_its_limit(self):
        """
        An index that meets its limit exactly favors neither.
        """
        (mentzer,) = [one for one in INDICES if one.name == "Mentzer 1973"]

        assert mentzer.says_trait(count(mcv="65", rbc="5")) is None
        assert mentzer.says_trait(count(mcv="64.9", rbc="5")) is True
        assert mentzer.says_trait(count(mcv="65")) is None

    def test_eleven(self):
        """
        The eleven of Janel are among the indices, and a missing width leaves their sum open or does not matter.
        """
        assert set(ELEVEN) < {one.name for one in INDICES}
        assert len(ELEVEN) == 11
        assert janel(TRAIT) is True
        assert janel(DEFICIENT) is False
        assert janel({name: value for name, value in TRAIT.items() if name != "rdw"}) is None


class TestScore:
    def test_wilson(self):
        """
        The interval is that of Wilson: 81 of 263 are 25.5 to 36.6 % (Newcombe 1998, Table I), none of 20 up to 16.1 %.
        """
        assert [round(end, 4) for end in wilson(81, 263)] == [0.2553, 0.3662]
        assert [round(end, 4) for end in wilson(0, 20)] == [0.0, 0.1611]

    def test_open_is_not_said(self):
        """
        What stays open counts as not said in both groups, and is counted.
        """
        score = Score.of("somebody", [(True, True), (True, None), (False, None), (False, False), (False, True)])

        assert score == Score("somebody", 1, 2, 2, 3, 2)
        assert round(score.youden, 4) == 0.1667

    def test_youden_interval(self):
        """
        The interval of a Youden index is that of a difference: 56 of 70 against 48 of 80 is 0.05 to 0.34
        (Newcombe 1998, method 10, example (a)).
        """
        score = Score("as printed", 56, 70, 80 - 48, 80)

        assert [round(end, 4) for end in score.youden_interval] == [0.0524, 0.3339]

    def test_one_group(self):
        """
        Without a second group there is no specificity and no Youden index.
        """
        assert cells(Score("alone", 3, 4, 0, 0)) == ("alone", "75.0 % (30.1 to 95.4), 3 of 4", "none", "", "")
