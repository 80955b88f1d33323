import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.application.answer import document
from service.application.coding import applying, codes
from service.domain.coding import Code, PatientText, When
from service.domain.scales import State
from tests import small

CODES = "      - {icd-10-cm: D50.9}\n"
ROWS = (
    "      - {icd-10-cm: D50.9, read: secondary}\n"
    "      - {icd-10-cm: D50.0, when: {bleeding: present}, read: primary}\n"
    "      - {icd-10-cm: O99.012, when: {pregnancy: late}, beside: true}\n"
)
TEXTS = (
    "for patients:\n"
    "      - {text: There is not enough iron.}\n"
    "      - {text: You lose blood., when: {bleeding: present}, beside: true}"
)
WITH_ROWS = ("vocabulary.yaml", CODES, ROWS)
LIKELY = {"hemoglobin": "90 g/L", "crp": "1 mg/L", "ferritin": "5 ug/L", "age": "30 a", "sex": "female"}


def answered(**said):
    """
    Return the codes that are answered with iron deficiency anemia.
    """
    decision = small.decide(WITH_ROWS, **LIKELY, **said)
    (conclusion,) = [one for one in document(decision)["conclusions"] if one["conclusion"] == "iron-anemia"]
    return [(one["code"], one["verified"]) for one in conclusion["codes"]]


class TestCodes:
    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            pytest.param({"pregnancy": "not-pregnant"}, [("D50.9", True)], id="no other row applies"),
            pytest.param(
                {"pregnancy": "not-pregnant", "bleeding": "present"}, [("D50.0", True)], id="another row applies"
            ),
            pytest.param(
                {"pregnancy": "late"}, [("D50.9", True), ("O99.012", False)], id="a row beside does not count as one"
            ),
            pytest.param(
                {"pregnancy": "late", "bleeding": "present"}, [("D50.0", True), ("O99.012", False)], id="both apply"
            ),
            pytest.param({"pregnancy": "pregnant"}, [("D50.9", True)], id="it may be so, and need not"),
            pytest.param({"bleeding": "absent"}, [("D50.9", True)], id="nothing is known of it"),
        ],
    )
    def test_rows(self, said, expected):
        """
        A row applies when what it asks surely holds, and the row that asks nothing where no other does.
        """
        assert answered(**said) == expected

    def test_finding(self):
        """
        A finding carries its codes where it is present, and none elsewhere.
        """
        plain = "anemia: {title: Anemia, group: blood, kind: derived, otherwise: absent"
        change = ("vocabulary.yaml", plain, f"{plain}, codes: [{{icd-10-cm: D64.9, read: own}}]")
        told = [
            {one["finding"]: one["codes"] for one in document(small.decide(change, **LIKELY | said))["findings"]}
            for said in ({}, {"hemoglobin": "150 g/L"})
        ]

        system = "http://hl7.org/fhir/sid/icd-10-cm"
        assert told[0]["anemia"] == [{"system": system, "code": "D64.9", "verified": False}]
        assert [told[1]["anemia"], told[0]["inflammation"]] == [[], []]

    def test_once(self):
        """
        A code that two rows give is told once.
        """
        rows = [Code("system", "A00"), Code("system", "A00", when=When(beside=True))]

        assert [one["code"] for one in codes(small.decide(**LIKELY), rows)] == ["A00"]

    def test_rows_of_texts(self):
        """
        Texts for patients may be rows as well.
        """
        change = (
            "vocabulary.yaml",
            "for patients: There is not enough iron.",
            TEXTS,
        )
        texts = small.release(change).vocabulary.conclusions["iron-anemia"].for_patients
        told = applying(small.decide(change, **LIKELY, bleeding="present"), texts)

        assert [one.text for one in told] == ["There is not enough iron.", "You lose blood."]


WHENS = st.builds(
    lambda attributes, findings, beside: When(attributes, findings, {**attributes, **findings}, beside),
    st.dictionaries(st.just("sex"), st.frozensets(st.sampled_from(["female", "male"]), min_size=1), max_size=1),
    st.dictionaries(
        st.sampled_from(["bleeding", "fever", "anemia"]), st.sampled_from([State.PRESENT, State.ABSENT]), max_size=2
    ),
    st.booleans(),
)
PATIENTS = st.fixed_dictionaries(
    {"age": st.just("30 a")},
    optional={
        "sex": st.sampled_from(["female", "male"]),
        "bleeding": st.sampled_from(["present", "absent"]),
        "hemoglobin": st.sampled_from(["90 g/L", "150 g/L"]),
    },
)


class TestApplying:
    @given(st.lists(WHENS, max_size=5), PATIENTS)
    def test_any_rows(self, whens, said):
        """
        Whatever the rows: those apply that are marked beside and hold, those that hold, and the ones
        that ask nothing just where none of the second kind does; in the order written.
        """
        decision = small.decide(**said)
        known = {"sex": {said["sex"]} if "sex" in said else {"female", "male"}}
        states = {
            "bleeding": said.get("bleeding", "unknown"),
            "fever": "unknown",
            "anemia": decision.inference.states["anemia"].value,
        }

        def holds(when):
            sexes = when.attributes.get("sex", frozenset({"female", "male"}))
            return known["sex"] <= sexes and all(states[name] == state.value for name, state in when.findings.items())

        asking = [when for when in whens if when.attributes or when.findings]
        other = any(holds(when) for when in asking if not when.beside)
        expected = [
            number for number, when in enumerate(whens) if (holds(when) if when in asking else when.beside or not other)
        ]

        rows = [PatientText(str(number), when) for number, when in enumerate(whens)]
        assert [int(row.text) for row in applying(decision, rows)] == expected
