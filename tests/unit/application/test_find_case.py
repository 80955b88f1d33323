from dataclasses import replace

import pytest

from service.application.find_case import case_names, find_case
from service.domain.errors import NameNotFoundError
from tests import small

FILE = "knowledge/small/generated/ane-010.cases.yaml"
NAMES = ("a limit: below it", "a limit: at it", "another limit: at it", "a limit: at it, in book")


def cases():
    """
    Return the cases of the small rule set.
    """
    return small.read(small.files())[1]


def generated():
    """
    Return cases as if they had been generated, ten lines each.
    """
    first = cases()[0]
    return [replace(first, name=name, file=FILE, line=10 * place, basis={}) for place, name in enumerate(NAMES, 1)]


class TestFindCase:
    @pytest.mark.parametrize("words", ["ANE-010:2", "ane-010: 2", "below it she", "BELOW"])
    def test_one(self, words):
        """
        A case is found by its rule and number, or by words of its name, in any case of letters.
        """
        assert find_case(cases(), words)[1].name == "Below it she is"

    @pytest.mark.parametrize(
        ("words", "known"),
        [
            pytest.param(
                "ANE-010:9",
                "is no case; ANE-010 has 3:\n  ANE-010:1  A woman at",
                id="no such number",
            ),
            pytest.param(
                "a",
                "add words, or name one:\n  ANE-010:1  A woman at the limit is not anemic\n  ANE-010:3  ",
                id="several",
            ),
            pytest.param(
                "nothing of the kind",
                "No case is called 'nothing of the kind', nor has",
                id="none",
            ),
        ],
    )
    def test_not_one(self, words, known):
        """
        Where not exactly one is meant, those that come near are told.
        """
        with pytest.raises(NameNotFoundError) as caught:
            find_case(cases(), words)

        assert known in str(caught.value)

    def test_names(self):
        """
        Cases are numbered by rule.
        """
        assert case_names(cases()) == ["ANE-010:1", "ANE-010:2", "ANE-010:3"]


class TestGenerated:
    @pytest.mark.parametrize(
        ("words", "found"),
        [
            pytest.param("another at", 2, id="words"),
            pytest.param("A limit:  at it", 1, id="name, though others have its words"),
            pytest.param(f"{FILE}:10", 0, id="line"),
            pytest.param("generated/ane-010.cases.yaml:29", 1, id="line inside it"),
            pytest.param("small/generated/ane-010.cases.yaml:999", 3, id="last line"),
        ],
    )
    def test_one(self, words, found):
        """
        A generated case is found by its name, by words of it, or by where it stands, and called by that.
        """
        name, case = find_case(cases(), words, generated)

        assert (name, case.name) == (f"{FILE}:{10 * (found + 1)}", NAMES[found])

    def test_others_first(self):
        """
        Where a case with a source is meant, generated ones are not even read.
        """
        assert find_case(cases(), "below it she", lambda: 1 / 0)[0] == "ANE-010:2"

    def test_line_of_a_case_with_a_source(self):
        """
        A case with a source is found by where it stands too.
        """
        case = cases()[1]

        assert find_case(cases(), f"{case.file}:{case.line}")[0] == "ANE-010:2"

    @pytest.mark.parametrize(
        ("words", "known"),
        [
            pytest.param(
                "limit", f"4 cases have 'limit' in their names; add words, or name one:\n  {FILE}:10  a", id="4"
            ),
            pytest.param(f"{FILE}:9", "No case is called", id="above the first"),
            pytest.param("generated/bld-010.cases.yaml:10", "No case is called", id="no such file"),
        ],
    )
    def test_not_one(self, words, known):
        """
        Where not exactly one generated case is meant, those that come near are told.
        """
        with pytest.raises(NameNotFoundError) as caught:
            find_case([], words, generated)

        assert known in str(caught.value)
