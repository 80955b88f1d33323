from service.application.compare import compared
from tests import small

MAN = {"age": "40 a", "sex": "male"}


def differs(first: str, other: str, *changes: small.Change, **said) -> list[dict]:
    decisions = [small.decide(*changes, profile=profile, **said) for profile in (first, other)]
    document = compared(*decisions)
    assert document["profile"] == other
    return document["differs"]


class TestCompared:
    def test_same(self):
        """
        A profile that says the same differs in nothing.
        """
        assert differs("default", "default", **MAN, hemoglobin="100 g/L") == []

    def test_number(self):
        """
        What differs is told with what either says, the rules that come out otherwise, and the numbers not shared.
        """
        old = {"age": "70 a", "sex": "male", "altitude": "0 m", "hemoglobin": "100 g/L"}

        found = {(one["what"], one["name"]): one for one in differs("default", "book", **old)}

        anemia = found["finding", "anemia"]
        assert (anemia["here"], anemia["there"]) == ("present", "unknown")
        assert anemia["rules"] == [{"rule": "ANE-010", "here": "fired", "there": "undecided"}]
        (number,) = anemia["numbers"]
        assert number["number"] == "anemia-hemoglobin"
        assert [one["value"] for one in number["here"]] == ["125 g/L"]
        assert [one["value"] for one in number["there"]] == ["no limit"]

    def test_what_follows(self):
        """
        A conclusion that differs names the rules on the way to it and their numbers, down to the one that turned them.
        """
        old = {"age": "70 a", "sex": "male", "altitude": "0 m", "hemoglobin": "100 g/L", "ferritin": "5 ug/L"}

        found = {(one["what"], one["name"]): one for one in differs("default", "book", **old)}

        cause = found["conclusion", "iron-anemia"]
        assert (cause["here"], cause["there"]) == ("likely", None)
        assert [one["rule"] for one in cause["rules"]] == ["ANE-010", "IDA-010"]
        assert [one["number"] for one in cause["numbers"]] == ["anemia-hemoglobin"]
        assert {one["rule"] for one in found["status", "status"]["rules"]} >= {"ANE-010", "IDA-010"}
