"""
The files of the small rule set that tests of commands change, and a patient for it.
"""

from tests import small


def change(folder, change: small.Change) -> None:
    file, before, after = change
    path = folder / file
    text = path.read_text()
    assert text.count(before) == 1
    path.write_text(text.replace(before, after))


PANEL = {
    "as_of": "2026-11-22T10:00:00Z",
    "patient": {"age": {"value": 40, "unit": "a"}, "sex": "male"},
    "results": [{"measure": "hemoglobin", "value": 12.0, "unit": "g/dL"}],
}
ANE = "small/rules/blood/ane-010-anemia.yaml"
CASES = "small/rules/blood/ane-010-anemia.cases.yaml"
