"""
Reading ``vocabulary.yaml``.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from service.domain.figures import interval_text
from service.domain.intervals import Interval
from service.domain.language.coding import CodeReader
from service.domain.language.derivations import DETAILS, WAYS, derivation
from service.domain.language.words import band, formula, span, unit_code
from service.domain.measures import Assumable, Measure, MeasureKind
from service.domain.nodes import Mapping
from service.domain.quantities import parse_quantity
from service.domain.vocabulary import UNSAID, Advice, Attribute, Conclusion, Event, Finding, Vocabulary

if TYPE_CHECKING:
    from service.domain.language.reader import Reader
    from service.domain.nodes import Node, Scalar

CONCLUSION_KINDS = ("frame", "cause", "state", "mimic")
ADVICE_KINDS = ("test", "referral", "cause", "treatment-pointer", "follow-up", "information")
STEPS = ("1", "2", "3")
_LOINC = re.compile(r"\d{1,7}-\d\Z")


def read_vocabulary(reader: Reader, node: Node) -> Vocabulary:
    """
    Read the vocabulary.

    Args:
        reader: Keeps faults.

        node: The root of ``vocabulary.yaml``.

    Returns:
        The vocabulary, without what was faulty.
    """
    sections = ("attributes", "measures", "findings", "conclusions", "advice")
    root = reader.mapping(node, "the vocabulary", sections, ("events", "groups"))
    seen: dict[str, str] = {}
    parts: dict[str, dict[str, tuple[Scalar, Node]]] = {}
    for section in (*sections, "events"):
        parts[section] = {}
        written = root.get(section) if root else None
        for key, value in reader.entries(written, f"the section {section}") if written or section in sections else ():
            if key.text in seen:
                reader.fault(
                    key.place,
                    f"{key.text!r} is already the name of one of the {seen[key.text]}; give it a name of its own.",
                )
            seen[key.text] = section
            parts[section][key.text] = (key, value)
    attributes = {name: _attribute(reader, name, entry[1]) for name, entry in parts["attributes"].items()}
    steps = _group_steps(reader, root)
    coding = CodeReader(reader, attributes, parts["findings"], seen)
    findings = {name: _finding(coding, steps, name, entry[1]) for name, entry in parts["findings"].items()}
    _groups_in_use(reader, root, findings)
    return Vocabulary(
        attributes,
        {name: _measure(reader, name, entry[1]) for name, entry in parts["measures"].items()},
        findings,
        {name: _conclusion(coding, name, entry[1]) for name, entry in parts["conclusions"].items()},
        {name: _advice(reader, name, entry[1]) for name, entry in parts["advice"].items()},
        {name: _event(reader, name, entry[1]) for name, entry in parts["events"].items()},
    )


def _attribute(reader: Reader, name: str, node: Node) -> Attribute:
    what = f"the attribute {name}"
    optional = ("groups", "applies to", "otherwise", "may be assumed", "decided by")
    fields = reader.mapping(node, what, ("title", "values"), optional)
    if fields is None:
        return Attribute(name, name, ("unknown",))
    groups = {key.text: reader.texts(value, "group") for key, value in reader.entries(fields.get("groups"), "groups")}
    applies_to: dict[str, frozenset[str]] = {}
    applies_age: Interval | None = None
    for key, value in reader.mapping(fields.get("applies to"), "applies to") or ():
        if key.text == "age":
            applies_age = band(reader, value, "age", "mo")
        else:
            applies_to[key.text] = frozenset(reader.text(value, key.text).split(" or "))
    otherwise = fields.get("otherwise")
    decided_by = fields.get("decided by")
    return Attribute(
        name,
        reader.text(fields.get("title"), "title"),
        reader.texts(fields.get("values"), "value"),
        groups,
        applies_to,
        applies_age,
        reader.text(otherwise, "otherwise") if otherwise else None,
        reader.text(decided_by, "decided by") if decided_by else None,
        _assumable(reader, fields),
    )


def _assumable(reader: Reader, fields: Mapping) -> Assumable:
    return Assumable(reader.one_of(fields.get("may be assumed"), "word for who may assume", tuple(Assumable), "never"))


def _measure(reader: Reader, name: str, node: Node) -> Measure:
    what = f"the measure {name}"
    optional = (
        "units", "loinc", "molar mass", "possible", "usual", "slips", "step", "formula", "when not reported",
        "numbers in", *WAYS, *DETAILS, "together", "fresh for", "may be assumed",
    )  # fmt: skip
    fields = reader.mapping(node, what, ("title", "kind", "unit"), optional)
    if fields is None:
        return Measure(name, name, MeasureKind.LABORATORY, "1")
    unit = unit_code(reader, fields.get("unit"), "unit")
    measure = Measure(
        name,
        reader.text(fields.get("title"), "title"),
        MeasureKind(reader.one_of(fields.get("kind"), "kind of measure", tuple(MeasureKind), "laboratory")),
        unit,
        tuple(unit_code(reader, item, "unit") for item in reader.items(fields.get("units"), "units")),
        reader.texts(fields.get("loinc"), "LOINC code"),
        _with_unit(reader, fields.get("molar mass"), "g/mol"),
        span(reader, fields.get("possible"), "possible"),
        span(reader, fields.get("usual"), "usual"),
        tuple(unit_code(reader, item, "unit") for item in reader.items(fields.get("slips"), "slips")),
        int(reader.one_of(fields.get("step"), "step", STEPS, "1")),
        formula(reader, fields.get("formula"), "formula"),
        tuple(
            found
            for item in reader.items(fields.get("when not reported"), "when not reported")
            if (found := formula(reader, item, "formula"))
        ),
        _with_unit(reader, fields.get("together"), "h") or Fraction(0),
        _assumable(reader, fields),
        _with_unit(reader, fields.get("fresh for"), "d"),
        {
            key.text: unit_code(reader, value, "unit")
            for key, value in reader.entries(fields.get("numbers in"), "numbers in")
        },
        derivation(reader, fields, what, unit),
    )
    _authored(reader, fields, measure)
    ways = ("formula", *WAYS)
    if sum(fields.get(way) is not None for way in ways) != (measure.kind is MeasureKind.COMPUTED):
        words = ", ".join(ways)
        reader.fault(
            node.place,
            f"{what}: a measure of kind computed has exactly one of {words}; a measure of another kind has none.",
        )
    for accepted in (*measure.units, *measure.slips):
        if measure.factor(accepted) is None:
            why = "write a unit of the same kind; between mass and amount, add a molar mass, such as 180.16 g/mol"
            reader.fault(node.place, f"{what}: {accepted} cannot be converted to {unit} exactly; {why}.")
    return measure


def _authored(reader: Reader, fields: Mapping, measure: Measure) -> None:
    """Refuse what no measure means: codes that LOINC has not, and usual values that are impossible."""
    for item, code in zip(reader.items(fields.get("loinc"), "loinc"), measure.loinc, strict=True):
        digits, _, last = code.partition("-")
        if code and not _LOINC.match(code):
            message = f"{code!r} is not a LOINC code, which is up to seven digits, a hyphen and a check digit."
            reader.fault(item.place, message, authors=True)
        elif code and check_digit(digits) != last:
            message = f"{code!r} is not a LOINC code: its check digit would be {check_digit(digits)}. Copy it again."
            reader.fault(item.place, message, authors=True)
    usual, possible = measure.usual, measure.possible
    if usual is not None and possible is not None and usual.intersection(possible) != usual:
        message = (
            f"usual reaches beyond possible, which is {interval_text(possible, measure.unit)}; "
            "usual values are among the possible ones."
        )
        reader.fault((fields.get("usual") or fields).place, message, authors=True)


def check_digit(digits: str) -> str:
    """Return the check digit of a LOINC code: modulus 10, every second digit from the right doubled."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits)))
    return str(-sum(one // 10 + one % 10 for one in doubled) % 10)


def _with_unit(reader: Reader, node: Node | None, unit: str) -> Fraction | None:
    if node is None:
        return None
    text = reader.text(node, "quantity")
    try:
        quantity = parse_quantity(text)
    except ValueError as error:
        reader.fault(node.place, f"{error}.")
        return None
    if quantity.unit != unit:
        reader.fault(node.place, f"{text!r} must be in {unit}.")
    value = quantity.interval.low.value
    if value is None or value <= 0 or not quantity.interval.is_exact:
        reader.fault(node.place, f"{text!r} must be one number above zero.")
        return None
    return value


def _group_steps(reader: Reader, root: Mapping | None) -> dict[str, int]:
    """Return the step of each group of observed findings that says one."""
    steps = {}
    written = root.get("groups") if root else None
    for key, value in reader.entries(written, "the section groups") if written else ():
        fields = reader.mapping(value, f"the group {key.text}", ("step",))
        steps[key.text] = int(reader.one_of(fields.get("step"), "step", STEPS, "1")) if fields else UNSAID
    return steps


def _groups_in_use(reader: Reader, root: Mapping | None, findings: dict[str, Finding]) -> None:
    """Refuse a step for a group that no observed finding is of: it would be said and do nothing."""
    groups = dict.fromkeys(finding.group for finding in findings.values() if finding.observed)
    for key, _ in reader.mapping(root.get("groups") if root else None, "the section groups") or ():
        if key.text not in groups:
            reader.fault(
                key.place, f"No observed finding is of the group {key.text!r}. {reader.nearest(key.text, groups)}"
            )


def _finding(coding: CodeReader, steps: dict[str, int], name: str, node: Node) -> Finding:
    reader = coding.reader
    optional = ("step", "otherwise", "codes", "for patients")
    fields = reader.mapping(node, f"the finding {name}", ("title", "group", "kind"), optional)
    if fields is None:
        return Finding(name, name, "", observed=True)
    observed = reader.one_of(fields.get("kind"), "kind of finding", ("derived", "observed")) == "observed"
    closes = reader.one_of(fields.get("otherwise"), "word for otherwise", ("absent",)) == "absent"
    if observed and closes:
        reader.fault(
            fields.place,
            f"{name} is observed, and only derived findings can be absent by themselves; leave 'otherwise' out.",
        )
    group, step = reader.text(fields.get("group"), "group"), fields.get("step")
    if step is not None and not observed:
        reader.fault(
            step.place,
            f"{name} is derived; only what is observed is asked for, and has a step: leave 'step' out.",
        )
    return Finding(
        name,
        reader.text(fields.get("title"), "title"),
        group,
        observed,
        closes,
        coding.codes(fields.get("codes")),
        coding.texts(fields.get("for patients")),
        int(reader.one_of(step, "step", STEPS, "1")) if step is not None else steps.get(group, UNSAID),
    )


def _event(reader: Reader, name: str, node: Node) -> Event:
    fields = reader.mapping(node, f"the event {name}", ("title",), ("loinc",))
    if fields is None:
        return Event(name, name)
    return Event(name, reader.text(fields.get("title"), "title"), reader.texts(fields.get("loinc"), "LOINC code"))


def _conclusion(coding: CodeReader, name: str, node: Node) -> Conclusion:
    reader = coding.reader
    fields = reader.mapping(node, f"the conclusion {name}", ("title", "kind"), ("codes", "for patients"))
    if fields is None:
        return Conclusion(name, name, "state")
    return Conclusion(
        name,
        reader.text(fields.get("title"), "title"),
        reader.one_of(fields.get("kind"), "kind of conclusion", CONCLUSION_KINDS),
        coding.codes(fields.get("codes")),
        coding.texts(fields.get("for patients")),
    )


def _advice(reader: Reader, name: str, node: Node) -> Advice:
    fields = reader.mapping(node, f"the advice {name}", ("title", "kind", "step"))
    if fields is None:
        return Advice(name, name, "information", 1)
    return Advice(
        name,
        reader.text(fields.get("title"), "title"),
        reader.one_of(fields.get("kind"), "kind of advice", ADVICE_KINDS),
        int(reader.one_of(fields.get("step"), "step", STEPS, "1")),
    )
