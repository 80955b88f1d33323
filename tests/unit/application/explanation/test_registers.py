"""
The texts of the four registers: approved as a whole, and held to what they may say.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from itertools import chain

import pytest

from service.adapters.knowledge.folder import KnowledgeFolder
from service.application.explain import EXPLAINERS
from service.application.registers import REGISTERS
from service.domain.explanation.graph import Kind
from tests.explaining import APPROVED, PATIENTS, WHY_NOT, decided, explained, patient, told
from tests.strategies import KNOWLEDGE, knowledge

EVERYBODY = tuple(PATIENTS)
NUMBER = re.compile(r"\d+(?:\.\d+)?")
RULE = re.compile(r"\b[A-Z]{3}-\d{3}\b")
AGES = {"a": "years", "mo": "months"}

LONGEST = 20
"""Most words of one sentence for a patient, the name of a disease among them."""
MEAN_WORDS, MEAN_SYLLABLES, GRADE = 12, 1.9, 9.0
"""Of all that a patient reads at once: words of a sentence, syllables of a word, grade of Flesch and Kincaid."""


@lru_cache(maxsize=1)
def cases():
    """The cases beside the rules whose panel is accepted."""
    every = KnowledgeFolder(KNOWLEDGE).release("microcytic-anemia", "draft", "")[1]
    return [case for case in every if not case.expect.quality]


def everything_said():
    """
    Yield each sentence that explains a patient, or one of every 23 cases, with its nodes as they are told: the JSON
    of each, and the numbers in it and in the distances told beside it.
    """
    people = [patient(**PATIENTS[name]) for name in EVERYBODY]
    for decision in [*people, *(decided(case.given, case.profile) for case in cases()[::23])]:
        for register in REGISTERS:
            for of in EXPLAINERS:
                document = explained(decision, of, register).document
                yield from _said(document["says"], document["overview"], ())
                for one in document["conclusions"]:
                    graph = one.get("complete", one)
                    yield from _said(one["says"], graph, ())
                    for rule in one.get("could_be", ()):
                        yield from _said(rule["says"], graph, (rule["fails"], rule["unknown"]))


def _said(sentences, graph, beside):
    nodes = {node["id"]: node for node in graph["nodes"]} if sentences else {}
    numbers = set(NUMBER.findall(json.dumps(beside)))
    for sentence in sentences:
        assert sentence["nodes"], sentence["text"]
        told = [_as_told(json.dumps(nodes[one])) for one in sentence["nodes"]]
        yield sentence["text"], [words for words, _ in told], numbers.union(*(of for _, of in told))


@lru_cache(maxsize=100_000)
def _as_told(node):
    """The words of a node, where a row names a finding as the language does, with hyphens; and its numbers."""
    return node.lower() + node.lower().replace("-", " "), frozenset(NUMBER.findall(node))


@lru_cache(maxsize=1)
def held_to_nodes():
    """What sentences say that their nodes do not, numbers and names, and how many of both were held to them."""
    words = knowledge().vocabulary
    kinds = (words.measures, words.attributes, words.findings, words.conclusions, words.advice, words.events)
    titles = sorted({one.title for kind in kinds for one in kind.values()}, key=len, reverse=True)
    pattern = re.compile("|".join(rf"(?<![\w-]){re.escape(title)}(?![\w-])" for title in titles), re.IGNORECASE)
    in_text = lru_cache(maxsize=100_000)(lambda text: (NUMBER.findall(text), pattern.findall(text)))
    more, counted = ([], []), [0, 0]
    for text, known, numbers in everything_said():
        said, names = in_text(text)
        more[0].extend((one, text) for one in said if one not in numbers)
        more[1].extend((one, text) for one in names if not any(one.lower() in node for node in known))
        counted[0] += len(said)
        counted[1] += len(names)
    return more, counted


class TestApproved:
    @pytest.mark.parametrize("register", REGISTERS)
    @pytest.mark.parametrize("name", EVERYBODY)
    def test_text(self, name, register):
        """
        The texts are those that were read and approved; `python -m tests.explaining` writes them anew.
        """
        assert told(name, register) == (APPROVED / f"{name}.{register}.txt").read_text()

    def test_none_is_left_over(self):
        """
        Every approved text is of a patient and a register.
        """
        assert {path.stem for path in APPROVED.glob("*.txt")} == {
            f"{name}.{register}" for name in EVERYBODY for register in REGISTERS
        }
        assert WHY_NOT.keys() == PATIENTS.keys()


class TestSentences:
    def test_numbers(self):
        """
        Every number of a sentence stands in the facts of the nodes that it renders, or is how far one is off.
        """
        more, counted = held_to_nodes()

        assert more[0] == []
        assert counted[0] > 1000

    def test_names(self):
        """
        Every measure, attribute, finding, conclusion and advice that a sentence names stands in the facts of its nodes.
        """
        more, counted = held_to_nodes()

        assert more[1] == []
        assert counted[1] > 1000

    def test_rules(self):
        """
        No rule is named by its id to the clinician or to the patient.
        """
        for name in EVERYBODY:
            for register in ("clinician", "patient"):
                assert not RULE.search(told(name, register))

    @pytest.mark.parametrize("register", REGISTERS)
    @pytest.mark.parametrize("name", EVERYBODY)
    def test_no_repetition(self, name, register):
        """
        Nothing is said twice about one conclusion, and what is not about a conclusion is said once in all.
        """
        sections = explained(patient(**PATIENTS[name]), "why", register).sections
        shared = [
            sentence.text
            for section in sections
            for sentence in section.sentences
            if not any(node.startswith(f"{Kind.CONCLUSION}:") for node in sentence.nodes)
        ]

        assert len(shared) == len(set(shared))
        for section in sections:
            assert len({sentence.text for sentence in section.sentences}) == len(section.sentences)

    def test_deciding_fact_first(self):
        """
        What a conclusion alone rests on is told before what others rest on as well.
        """
        decision = patient(**PATIENTS["iron-deficiency-anemia"])
        says = explained(decision, "why", "clinician").document["conclusions"][0]["says"]

        assert says[0]["text"].startswith("Iron deficiency anemia is likely: iron deficiency, since ferritin <5 ug/L")


class TestPatient:
    @pytest.mark.parametrize("of", EXPLAINERS)
    @pytest.mark.parametrize("name", EVERYBODY)
    def test_readability(self, name, of):
        """
        A patient reads short sentences with short words, at the level of a lower secondary school.
        """
        text = explained(patient(**PATIENTS[name]), of, "patient", WHY_NOT[name] if of == "why-not" else None).text
        # The names of diseases and tests are given, and stand in parentheses or not as the vocabulary has them.
        sentences = [one for one in re.split(r"(?<=[.!?;:])\s+", text) if re.search(r"[a-z]", one)]
        words = [word for one in sentences for word in re.findall(r"[A-Za-z]+", one) if word]
        syllables = sum(map(count_syllables, words))
        mean_words, mean_syllables = len(words) / len(sentences), syllables / len(words)

        assert max(len(re.findall(r"[A-Za-z]+", one)) for one in sentences) <= LONGEST
        assert mean_words <= MEAN_WORDS
        assert mean_syllables <= MEAN_SYLLABLES
        assert 0.39 * mean_words + 11.8 * mean_syllables - 15.59 <= GRADE

    @pytest.mark.parametrize("of", EXPLAINERS)
    @pytest.mark.parametrize("name", EVERYBODY)
    def test_ends_with_the_clinician(self, name, of):
        """
        Every text for a patient ends with talking to the clinician, and says so once.
        """
        text = explained(patient(**PATIENTS[name]), of, "patient").text

        assert text.endswith("\nTalk to your clinician about what this means for you.\n")
        assert text.count("Talk to your clinician") == 1

    @pytest.mark.parametrize("name", EVERYBODY)
    def test_no_limits(self, name):
        """
        A patient is told no limit, no dose and no number but what was assumed.
        """
        decision = patient(**PATIENTS[name])
        for of in EXPLAINERS:
            document = explained(decision, of, "patient").document
            parts = [document, *document["conclusions"]]
            said = chain.from_iterable(one["says"] for one in parts)
            for sentence in said:
                if not any(node.startswith(f"{Kind.ASSUMED}:") for node in sentence["nodes"]):
                    assert not re.search(r"\d+(\.\d+)? ?(g/L|g/dL|ug/L|fL|pg|%|mg/L)", sentence["text"])


def count_syllables(word):
    """Count groups of vowels; a silent e at the end is none."""
    groups = re.findall(r"[aeiouy]+", word.lower())
    silent = word.lower().endswith("e") and not word.lower().endswith("le") and len(groups) > 1
    return max(1, len(groups) - silent)


SAID = {
    # (patient, question): by register, a part of the text.
    "missing": ("altitude", "why-not", "iron-deficiency-anemia", {
        "clinician": "ferritin below 100 ug/L (missing)",
        "informaticist": "Unknown: ferritin: below iron-replete-ferritin (needs ferritin)",
        "auditor": "ferritin: below iron-replete-ferritin is unknown: nothing against 100 ug/L (from 18 a;",
        "patient": "It would help to know this: ferritin.",
    }),
    "censored": ("iron-deficiency-anemia", "why", None, {
        "clinician": "ferritin <5 ug/L is below 15 ug/L",
        "informaticist": "below 5 ug/L; limit 15 ug/L;",
        "auditor": "Result r5 (Ferritin) was given as <5 ng/mL and used as below 5 ug/L.",
        "patient": "We see this from your hemoglobin and ferritin.",
    }),
    "assumed": ("iron-deficiency-anemia", "why", None, {
        "clinician": "Assumed, since it was not given: altitude of residence 0 m and cigarettes smoked a day 0.",
        "informaticist": "Assumed: altitude 0 m and cigarettes-per-day 0 /d.",
        "auditor": "Altitude of residence was not given; 0 m was assumed.",
        "patient": "We did not know this about you, so we assumed it: altitude of residence 0 m and ",
    }),
    "not used": ("unit-slip", "why", None, {
        "clinician": "Hemoglobin 13.2 g/L is implausible; usual is 30 to 220 g/L; as g/dL the same number would be "
        "132 g/L: confirm the unit and send it again. It was not used.",
        "informaticist": "Result r1: implausible, not used: hemoglobin 13.2 g/L is implausible;",
        "auditor": "Result r1: implausible, not used: hemoglobin 13.2 g/L is implausible;",
        "patient": "These results could not be used: hemoglobin. Ask if they must be done again.",
    }),
    "undecided": ("iron-deficiency-anemia", "why-not", "beta-thalassemia-trait", {
        "clinician": "To be likely it would need raised hemoglobin A2 (unknown; hemoglobin A2 could decide it).",
        "informaticist": "THA-110 would give likely; it is undecided. Unknown: raised-hemoglobin-a2: present "
        "(needs hemoglobin-a2) by THA-010.",
        "auditor": "raised-hemoglobin-a2: present is unknown; it is unknown.",
        "patient": "It would help to know this: hemoglobin A2.",
    }),
    "contested": ("contested-inflammation", "why", "anemia-of-inflammation", {
        "clinician": "Anemia of inflammation (anemia of chronic disease) is contested, since both sides weigh the "
        "same. For it: ",
        "informaticist": "anemia-of-inflammation is possible and contested, by ACD-030 and ACD-210.",
        "auditor": "Anemia of inflammation (anemia of chronic disease) is possible and contested, by ACD-030 and ",
        "patient": "Your tests do not agree about anemia of inflammation (anemia of chronic disease). It is not "
        "clear yet.",
    }),
    "out of scope": ("infant", "why", None, {
        "clinician": "These rules are not for this patient: age 3 months is not at least 6 months.",
        "informaticist": "The scope is not met, or not known to be: age: at least youngest-age (3 mo; limit 6 mo;",
        "auditor": "age: at least youngest-age is false: 3 mo against 6 mo (everyone; who-2024, Tables 2 and 3,",
        "patient": "This service cannot judge your tests. It was not made for your age.",
    }),
    "in conflict": ("conflicting-inflammation", "why", None, {
        "clinician": "Inflammation is in conflict, so no rule uses it: active inflammatory or infectious disease "
        "(stated), but C-reactive protein 2 mg/L is at most 5 mg/L.",
        "informaticist": "inflammation is conflicting: INF-020 and INF-100 fired; every condition on it is unknown.",
        "auditor": "inflammation is conflicting: INF-020 and INF-100 fired; every condition on it is unknown.",
        "patient": "Some of your tests do not agree with each other. They are about this: inflammation.",
    }),
    "doubted": ("agglutinated-cells", "why", None, {
        "clinician": "mean corpuscular hemoglobin concentration were set aside: large cells of a high concentration "
        "are agglutinated until shown otherwise.",
        "informaticist": "Result r3: doubted, not used: mcv was set aside (CON-020: Large cells of a high",
        "auditor": "Result r3: doubted, not used: mcv was set aside (CON-020: Large cells of a high",
        "patient": "These results could not be used: mean corpuscular hemoglobin concentration, mean corpuscular ",
    }),
    "hole": ("child", "why-not", "iron-deficiency-anemia", {
        "clinician": "a limit for ferritin (none for this patient: the studies were of adults)",
        "informaticist": "Unknown: ferritin: below iron-replete-ferritin;",
        "auditor": "ferritin: below iron-replete-ferritin is unknown: 14 ug/L against the studies were of adults",
        "patient": "It does not fit with your hemoglobin.",
    }),
    "adjusted": ("altitude", "why", None, {
        "clinician": "hemoglobin 129 g/L (measured 150 g/L; minus 21 g/L for altitude of residence, 3400 m) is below",
        "informaticist": "adjusted-hemoglobin is 129 g/L, by hemoglobin - altitude-adjustment - smoking-adjustment.",
        "auditor": "altitude-adjustment 21 g/L at altitude 3400 m (who-2024, Table 4,",
        "patient": "We see this from your hemoglobin and mean corpuscular volume.",
    }),
}  # fmt: skip


class TestWords:
    @pytest.mark.parametrize("register", REGISTERS)
    @pytest.mark.parametrize("what", SAID)
    def test_said(self, what, register):
        """
        What is missing, censored, assumed, not used, undecided, contested, out of scope, in conflict, doubted,
        without a limit or adjusted has its words in every register.
        """
        name, of, conclusion, parts = SAID[what]

        assert parts[register] in explained(patient(**PATIENTS[name]), of, register, conclusion).text
