"""
The texts of what would settle and what would change a conclusion: approved, and held to what they may say.
"""

from __future__ import annotations

import json

import pytest

from service.application.explanation.otherwise import otherwise
from service.application.registers import REGISTERS
from tests.explaining import APPROVED, OTHERWISE, PATIENTS, patient, searched
from tests.strategies import knowledge
from tests.unit.application.explanation.test_registers import LONGEST, NUMBER, RULE

LIMIT = "Whether anything else would change it is not known: the search reached its limit."
ASK = "Ask your clinician what other results would mean. This service does not tell it to you."
NOW = {"certainty": "likely", "contested": False}


def rest(of, register, **told):
    """
    Return what a register adds to an answer without sets and without panels.
    """
    decision = patient(**PATIENTS["iron-deficiency-anemia"])
    every = {"of": of, "now": NOW, "checked": {"cells": 9, "sampled": False}} | told
    one = otherwise(decision, "iron-deficiency-anemia", every)
    return [sentence.text for sentence in REGISTERS[register].rest(one)]


def of_tests(register, outcomes, *, names=("ferritin",), sampled=False, tells_more=True):
    """
    Return what a register says of one set of tests.
    """
    one = {"tests": list(names), "outcomes": outcomes, "sampled": sampled, "tells_more": tells_more, "step": 1}
    told = {"of": "settle", "now": NOW, "sets": [one]}
    about = otherwise(patient(**PATIENTS["iron-deficiency-anemia"]), "iron-deficiency-anemia", told)
    return [sentence.text for sentence in REGISTERS[register].tests(about, one)]


def outcome(answer, *when):
    """
    Return one outcome.
    """
    return {"when": list(when), "answer": {"certainty": answer, "contested": False}, "status": "concluded"}


class TestApproved:
    @pytest.mark.parametrize("register", REGISTERS)
    @pytest.mark.parametrize(("name", "of"), OTHERWISE)
    def test_text(self, name, of, register):
        """
        The texts are those that were read and approved; `python -m tests.explaining` writes them anew.
        """
        text = searched(name, of, register, OTHERWISE[name, of]).text

        assert text == (APPROVED / of / f"{name}.{register}.txt").read_text()

    def test_none_is_left_over(self):
        """
        Every approved text is of a question and a register.
        """
        assert {f"{path.parent.name}/{path.stem}" for path in APPROVED.glob("*/*.txt")} == {
            f"{of}/{name}.{register}" for name, of in OTHERWISE for register in REGISTERS
        }


class TestSentences:
    @pytest.mark.parametrize("register", REGISTERS)
    @pytest.mark.parametrize(("name", "of"), OTHERWISE)
    def test_numbers(self, name, of, register):
        """
        Every number of a sentence stands in the nodes that it renders, or in the set or the panel that it is about.
        """
        (answer,) = searched(name, of, register, OTHERWISE[name, of]).document["conclusions"]
        nodes = {node["id"]: node for node in answer["nodes"]}
        parts = [(one, one["says"]) for one in (*answer.get("sets", ()), *answer.get("nearest", ()))]
        for part, says in (*parts, (answer["checked"] | {"left_out": answer.get("left_out")}, answer["says"])):
            for sentence in says:
                beside = {key: value for key, value in part.items() if key != "says"}
                known = json.dumps([beside, *(nodes[one] for one in sentence["nodes"])])
                assert set(NUMBER.findall(sentence["text"])) <= set(NUMBER.findall(known)), sentence["text"]

    @pytest.mark.parametrize("register", ["clinician", "patient"])
    @pytest.mark.parametrize(("name", "of"), OTHERWISE)
    def test_no_names(self, name, of, register):
        """
        Neither the clinician nor the patient is told a rule or a threshold by its name.
        """
        text = searched(name, of, register, OTHERWISE[name, of]).text

        assert not RULE.search(text)
        assert not [name for name in knowledge().numbers.thresholds if "-" in name and name in text]


class TestPatient:
    @pytest.mark.parametrize(("name", "of"), OTHERWISE)
    def test_reads(self, name, of):
        """
        A patient reads short sentences, no limit and no value, and at the end whom to talk to.
        """
        text = searched(name, of, "patient", OTHERWISE[name, of]).text

        assert max(len(line.split()) for line in text.replace(". ", ".\n").splitlines()) <= LONGEST
        assert not [one for one in NUMBER.findall(text) if one != "2"]
        assert text.endswith("\nTalk to your clinician about what this means for you.\n")

    def test_change_is_for_the_clinician(self):
        """
        What other results would mean is not told to the patient, and that is said.
        """
        text = searched("gray-zone", "change", "patient", "beta-thalassemia-trait").text

        assert ASK in text


class TestOfItself:
    @pytest.mark.parametrize("of", ["settle", "change"])
    def test_question_of_the_rule_set(self, of):
        """
        Where no conclusion is named, it is about the one that the rule set is there to tell of.
        """
        document = searched("gray-zone", of, "clinician").document

        assert document["conclusion"] is None
        assert [one["conclusion"] for one in document["conclusions"]] == ["microcytic-anemia"]

    @pytest.mark.parametrize("register", REGISTERS)
    @pytest.mark.parametrize("of", ["settle", "change"])
    def test_every_patient(self, of, register):
        """
        Everybody has an answer, out of scope and with results set aside too.
        """
        for name in PATIENTS:
            (answer,) = searched(name, of, register).document["conclusions"]
            assert {"sets", "nearest", "certificate", "undecided"} & answer.keys()


class TestWords:
    @pytest.mark.parametrize(
        ("register", "said"),
        [
            ("clinician", "Nothing that was not sent would change it, nor would up to 3 such tests together."),
            ("informaticist", "No set of up to 3 missing inputs changes it."),
            ("auditor", "No set of up to 3 missing inputs changes it."),
            ("patient", "No other test would make this more sure."),
        ],
    )
    def test_nothing_settles(self, register, said):
        """
        Where no missing test could change what is told, that is said.
        """
        assert said in rest("settle", register, sets=[], most_tests=3)

    @pytest.mark.parametrize(
        ("of", "register", "said"),
        [
            (
                "settle",
                "clinician",
                "Whether anything else would change it is not known: the search reached its limit.",
            ),
            (
                "change",
                "clinician",
                "Whether anything else would change it is not known: the search reached its limit.",
            ),
            ("change", "auditor", "undecided: limit. The search ended before it had looked at everything."),
            ("settle", "informaticist", "undecided: limit. The search ended before it had looked at everything."),
            ("settle", "patient", "We do not know if other tests would tell more."),
        ],
    )
    def test_limit(self, of, register, said):
        """
        What the search does not know is not claimed.
        """
        assert said in rest(of, register, sets=[], measures=[], most_tests=3, undecided="limit")

    @pytest.mark.parametrize(
        ("measures", "register", "said"),
        [
            (["mcv"], "clinician", "No other usual value of mean corpuscular volume would change it."),
            (
                ["ferritin", "hemoglobin"],
                "clinician",
                "No other usual value of ferritin and hemoglobin would change it, alone or up to 2 together.",
            ),
            ([], "clinician", "There is no result that could differ."),
            (["mcv"], "informaticist", "No values of mcv, up to 1 at once, change it."),
            ([], "informaticist", "No input that may differ bears on it."),
            (["mcv"], "auditor", "That there is none is known from the solver, of mcv, up to 1 at once."),
            (
                ["mcv"],
                "patient",
                "Ask your clinician what other results would mean. This service does not tell it to you.",
            ),
        ],
    )
    def test_certificate(self, measures, register, said):
        """
        That no other result changes it is told with what was looked at.
        """
        told = {"measures": measures, "most": len(measures), "checked": 9, "by": "solver"}

        assert said in rest("change", register, measures=measures, certificate=told)

    def test_left_out(self):
        """
        Sets that are not told are counted.
        """
        assert rest("settle", "clinician", sets=[{"tests": []}], left_out=2) == [
            "More sets of tests than are told could change it: 2."
        ]

    def test_only_taken_back(self):
        """
        Tests that could only make the answer weaker are not sold as help.
        """
        when = {"name": "ferritin", "node": "missing:ferritin", "kind": "result", "limits": [], "text": "90 ug/L"}
        less = outcome("possible", when)

        (text,) = of_tests("clinician", [less], tells_more=False)
        assert text.startswith("Ferritin could only make it less sure: iron deficiency anemia would be possible with ")
        assert text.endswith(" with ferritin 90 ug/L (for example).")
        assert of_tests("patient", [less], tells_more=False) == []
        assert rest("settle", "patient", sets=[{"tests": ["ferritin"], "tells_more": False}]) == [
            "More tests could make this less sure, but not more sure."
        ]

    @pytest.mark.parametrize(
        ("name", "when", "clinician", "informaticist"),
        [
            ("sex", {"kind": "attribute", "word": "female"}, "sex for clinical use female", "sex: female"),
            ("cancer", {"kind": "finding", "state": "absent"}, "cancer absent", "cancer: absent"),
            (
                "red-cell-transfusion",
                {"kind": "event", "never": True},
                "no transfusion of red cells ever",
                "red-cell-transfusion: never",
            ),
            (
                "red-cell-transfusion",
                {"kind": "event", "limits": [{"word": "below", "limit": "120", "text": "120 d", "thresholds": []}]},
                "transfusion of red cells less than 120 days ago",
                "red-cell-transfusion below 120 d",
            ),
            (
                "ferritin",
                {
                    "kind": "result",
                    "flag": "L",
                    "limits": [{"word": "at least", "limit": "15", "text": "15 ug/L", "thresholds": ["low-ferritin"]}],
                },
                "ferritin at least 15 ug/L, flagged low by the laboratory",
                "ferritin flag L at least 15 ug/L (low-ferritin)",
            ),
        ],
    )
    def test_when(self, name, when, clinician, informaticist):
        """
        A word, a state, a date, a limit and a flag of the laboratory have their words.
        """
        told = [outcome("confirmed", when | {"name": name, "node": f"missing:{name}"})]

        assert f"would be confirmed with {clinician}." in of_tests("clinician", told, names=[name])[0]
        assert f"confirmed (concluded) with {informaticist}." in of_tests("informaticist", told, names=[name])[0]

    def test_sampled(self):
        """
        Where there are more outcomes than are told, that is said.
        """
        when = {"name": "ferritin", "node": "missing:ferritin", "kind": "result", "limits": [], "text": "90 ug/L"}

        assert of_tests("clinician", [outcome("excluded", when)], sampled=True)[1] == (
            "For ferritin there are more outcomes than are told."
        )
