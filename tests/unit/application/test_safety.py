import pytest

from service.application.cases import run_cases
from service.application.safety import broken
from service.application.semantics_alone import SemanticsAlone
from service.application.show import show
from service.application.show_safety import show_safety
from service.domain.errors import NameNotFoundError
from tests import small

ANEMIC = {"hemoglobin": "90 g/L", "crp": "1 mg/L", "ferritin": "5 ug/L", "age": "30 a", "sex": "male"}


def promised(words):
    """
    Return the change that makes a safety property of the small rule set the only one.
    """
    before = small.files()["small/ruleset.yaml"].decode().partition("safety:\n")[2]
    return ("small/ruleset.yaml", before, f"  - {{{words}, because: It matters., source: own}}\n")


class TestBroken:
    @pytest.mark.parametrize(
        ("words", "said", "expected"),
        [
            pytest.param("never together: [iron-anemia, look-for-bleeding]", ANEMIC, True, id="both are given"),
            pytest.param(
                "never together: [iron-anemia, measure-ferritin]", ANEMIC, False, id="only one of them is given"
            ),
            pytest.param(
                "never together: [blood-disorder, iron-anemia]", ANEMIC | {"ferritin": "200 ug/L"}, False,
                id="one of them is unlikely",
            ),
            pytest.param(
                "never likely: iron-anemia, unless: {all: [fever: present]}", ANEMIC, True, id="nothing is known of it"
            ),
            pytest.param(
                "never likely: iron-anemia, unless: {all: [fever: absent]}", ANEMIC | {"fever": "absent"}, False,
                id="the condition holds",
            ),
            pytest.param(
                "never confirmed: iron-anemia, unless: {all: [fever: present]}", ANEMIC, False, id="only likely"
            ),
            pytest.param(
                "always when: {all: [anemia: present]}, advise: measure-ferritin", ANEMIC, True, id="not advised"
            ),
            pytest.param(
                "always when: {all: [anemia: present]}, advise: look-for-bleeding", ANEMIC, False, id="advised"
            ),
            pytest.param(
                "always when: {all: [anemia: present]}, advise: measure-ferritin", {"age": "30 a"}, False,
                id="nothing to advise upon",
            ),
            pytest.param(
                "always when: {all: [hemoglobin: below anemia-hemoglobin]}, advise: measure-ferritin",
                {"age": "3 mo", "hemoglobin": "50 g/L"}, True, id="outside of the scope too",
            ),
            pytest.param("raising: ferritin, never weakens: iron-anemia", ANEMIC, False, id="takes two answers"),
        ],
    )  # fmt: skip
    def test_forms(self, words, said, expected):
        """
        A property is broken by an answer that it forbids, and by no other; what is unknown does not hold.
        """
        assert bool(list(broken(small.decide(promised(words), **said)))) is expected

    def test_sentence(self):
        """
        What is broken is told as it was written, with why it matters.
        """
        decision = small.decide(promised("never likely: iron-anemia, unless: {any: [fever: present]}"), **ANEMIC)

        assert list(broken(decision)) == [
            "a safety property is broken, never likely: iron-anemia, unless any (fever: present): It matters."
        ]


class TestCases:
    def test_fails(self):
        """
        A case whose answer breaks a property has failed, whatever it expects.
        """
        change = promised("always when: {all: [anemia: present]}, advise: look-for-bleeding")
        release, cases = small.read(small.changed(change))

        failures = [one for result in run_cases(release, SemanticsAlone(release), cases) for one in result.failures]
        assert failures != []
        assert all(one.startswith("a safety property is broken, always when all (anemia: present)") for one in failures)


class TestShown:
    def test_of_a_rule(self):
        """
        A rule is shown with the properties about what it gives.
        """
        told = {
            rule: [one["property"] for one in show(small.release(), rule)["safety"]] for rule in ("BLD-010", "ANE-010")
        }

        assert told == {"BLD-010": ["only these rules may exclude blood-disorder: BLD-020"], "ANE-010": []}


class TestShowSafety:
    @pytest.mark.parametrize(
        ("words", "told", "held_by", "bears_on"),
        [
            pytest.param(
                "never together: [iron-anemia, look-for-bleeding]",
                "Nobody is told both of these: Anemia for want of iron (likely or confirmed), and Look for bleeding.",
                "ferrule test", ["IDA-010", "NXT-020", "NXT-030", "NXT-050"], id="never together",
            ),
            pytest.param(
                "never likely: iron-anemia, unless: {all: [anemia: present, fever: absent]}",
                "Anemia for want of iron is never likely, let alone confirmed, "
                "unless it is certain that all of these hold:",
                "ferrule test", ["IDA-010"], id="never likely",
            ),
            pytest.param(
                "never confirmed: iron-anemia, unless: {all: [anemia: present]}",
                "Anemia for want of iron is never confirmed, unless it is certain that this holds:",
                "ferrule test", [], id="never confirmed",
            ),
            pytest.param(
                "only these rules may exclude: {conclusion: blood-disorder, rules: [BLD-020]}",
                "Only BLD-020 may say that Disorder of the blood is excluded.",
                "ferrule check", ["BLD-020"], id="who may exclude",
            ),
            pytest.param(
                "only these rules may exclude: {conclusion: iron-anemia, rules: none}",
                "No rule may say that Anemia for want of iron is excluded.",
                "ferrule check", [], id="nobody may exclude",
            ),
            pytest.param(
                "lowering: ferritin, never weakens: iron-anemia",
                "A lower Ferritin, all else the same, never makes Anemia for want of iron less certain.",
                "random patients", ["IDA-010", "IDA-020"], id="never weakens",
            ),
            pytest.param(
                "always when: {any: [bleeding: present, fever: present]}, advise: measure-ferritin",
                "Measure ferritin is always advised, in the scope and outside of it, "
                "when it is certain that at least one of these holds:",
                "ferrule test", ["NXT-010", "NXT-040"], id="always advised",
            ),
        ],
    )  # fmt: skip
    def test_forms(self, words, told, held_by, bears_on):
        """
        Each form is a sentence, with the rules it bears on and what holds them.
        """
        (shown,) = show_safety(small.release(promised(words)))["safety"]

        assert shown["words"] == told
        assert shown["held_by"].startswith(held_by)
        assert [one["rule"] for one in shown["bears_on"]] == bears_on

    def test_source(self):
        """
        Who says so is told with the title of the publication; the owner has none.
        """
        shown = show_safety(small.release())["safety"]

        assert [(one["source"], one["title"]) for one in shown[:2]] == [
            ("book", "A made-up book on blood"),
            ("own", None),
        ]

    def test_profile(self):
        """
        Limits are filled in as the profile chooses; one that is not there is refused.
        """
        shown = show_safety(small.release(), "book")["safety"][-1]["asks"]

        assert shown["members"][1]["limits"][0]["profiles"] == ["book"]
        with pytest.raises(NameNotFoundError):
            show_safety(small.release(), "bok")
