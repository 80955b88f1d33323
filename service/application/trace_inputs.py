"""
The trace's first half: what was known of the patient, and what was computed from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.trace_rows import row_written
from service.domain.derivations import CountOf
from service.domain.effective import in_stated_unit, look_up
from service.domain.figures import exact_text, interval_text
from service.domain.measures import MeasureKind
from service.domain.panel import of_patient
from service.domain.thresholds import Word

if TYPE_CHECKING:
    from datetime import datetime

    from service.application.ports import Document
    from service.domain.decision import Decision
    from service.domain.derivations import Vote
    from service.domain.intervals import Interval
    from service.domain.measures import Measure
    from service.domain.panel import Input, Value
    from service.domain.thresholds import Citation

TRUTH = {True: "true", False: "false", None: "unknown"}


def interval(values: Interval, unit: str) -> Document:
    """Return an interval exactly, with a text for people; an end that is left out is unbounded."""
    return {"text": interval_text(values, unit)} | exact(values, unit)


def exact(values: Interval, unit: str) -> Document:
    """Return an interval exactly; an end that is left out is unbounded."""
    written: Document = {"unit": unit}
    for name, end in (("low", values.low), ("high", values.high)):
        if end.value is not None:
            written[name] = exact_text(end.value)
            if end.open:
                written[f"{name}_open"] = True
    return written


def instant(time: datetime) -> str:
    """Return an instant as requests write it."""
    return time.isoformat().replace("+00:00", "Z")


def patient(decision: Decision) -> list[Document]:
    """Return every attribute with its possible values, and every quantity known of the patient."""
    written: list[Document] = []
    for name, possible in decision.panel.attributes.items():
        origin = possible.origin.value if possible.origin else "not stated"
        written.append({"name": name, "possible": sorted(possible.values), "origin": origin})
    for name, value in decision.panel.values.items():
        measure = decision.release.vocabulary.measures[name]
        if measure.kind is MeasureKind.PATIENT:
            written.append(
                {"name": name, "value": interval(value.interval, measure.unit), "origin": value.origin.value}
            )
    return written


def inputs(decision: Decision) -> list[Document]:
    """Return every result as given and as rules read it; one that was set aside or superseded has no ``used``."""
    return [input_written(one) for one in decision.panel.inputs]


def input_written(one: Input) -> Document:
    """Return one result as given and as used."""
    written: Document = {
        "result": one.result,
        "measure": one.measure,
        "given": {"value": one.given, "unit": one.given_unit},
    }
    if one.code is not None:
        written["given"]["code"] = one.code
    if one.time is not None:
        written["given"]["time"] = instant(one.time)
    if one.reference is not None:
        limits = (("low", one.reference.low), ("high", one.reference.high))
        written["given"]["reference"] = {name: exact_text(limit) for name, limit in limits if limit is not None}
    if one.flag:
        written["given"]["flag"] = one.flag
    if one.used is not None:
        written["used"] = interval(one.used, one.unit)
    if one.received is not None:
        written["received"] = interval(one.received, one.unit)
        written["doubted_by"] = [{"rule": doubt.rule, "effect": doubt.effect.value} for doubt in one.doubted]
    return written


def observed(decision: Decision) -> list[Document]:
    """Return the observed findings that were stated, or follow from a group stated complete."""
    return [
        {"finding": name, "state": state.value, "origin": origin.value}
        for name, (state, origin) in decision.panel.findings.items()
    ]


def laboratory(decision: Decision) -> list[Document]:
    """Return the laboratory's limits for each value that has some, in its canonical unit, and what its flags allow."""
    received = decision.as_received.facts.values
    written: list[Document] = []
    for name in sorted(received):
        reference = received[name].reference
        if reference is None:
            continue
        now = decision.facts.values[name].reference if name in decision.facts.values else None
        one: Document = {"measure": name}
        limits = (("low", reference.low), ("high", reference.high))
        one |= {side: exact_text(limit) for side, limit in limits if limit is not None}
        if reference.flag:
            one["flags"] = sorted((now or reference).flags)
            if now is not None and now.flags != reference.flags:
                one["received"] = sorted(reference.flags)
        written.append(one)
    return written


def derived(decision: Decision) -> list[Document]:
    """Return what was computed: measures by formulas, attributes by step tables."""
    computed = (name for name, value in decision.facts.values.items() if value.formula)
    written = [derived_written(decision, name) for name in computed]
    for name, possible in decision.panel.attributes.items():
        if possible.table:
            of = decision.release.numbers.tables[possible.table].of
            operand = looked_up(decision, possible.table) | {"value": " or ".join(sorted(possible.values))}
            written.append({"attribute": name, "operands": [operand], "from": [of_patient(of)]})
    return written


def derived_written(decision: Decision, name: str) -> Document:
    """Return one computed measure: its formula, what went in, and what came out."""
    measure, value = decision.release.vocabulary.measures[name], decision.facts.values[name]
    return {
        "measure": name,
        "formula": value.formula,
        "operands": _operands(decision, measure, value),
        "value": interval(value.interval, measure.unit),
        "from": list(value.refs),
    }


def _operands(decision: Decision, measure: Measure, value: Value) -> list[Document]:
    how = measure.derivation
    if isinstance(how, CountOf):
        return [_vote(decision, vote) for vote in how.votes]
    written = [_operand(decision, measure, operand) for operand in value.operands]
    for one in value.earlier:
        # An earlier result beside the newest, which stands under the same name.
        text = interval_text(one.interval, _unit(decision, measure, value.operands[0])) if one.interval else "no value"
        written.insert(
            -1 if len(value.operands) > 1 else len(written), {"name": value.operands[0], "value": text} | _at(one.time)
        )
    return written


def _operand(decision: Decision, measure: Measure, name: str) -> Document:
    numbers, events = decision.release.numbers, decision.panel.events
    if name in numbers.constants:
        constant = decision.release.constant(decision.profile, name)
        return _told(name, constant.value, numbers.constants[name].unit) | _cited(constant.cites)
    if name in numbers.tables:
        of = numbers.tables[name].of
        given = look_up(decision.release, decision.profile, name, decision.facts.values[of].interval)
        value = _told(name, given, numbers.tables[name].unit) if given is not None else {"value": "no value"}
        return looked_up(decision, name) | value
    if name in events:
        return {"name": name, "value": events[name].told}
    used = decision.facts.values[name]
    taken = in_stated_unit(decision.release, measure, name, used.interval)
    written: Document = _told(name, taken, _unit(decision, measure, name))
    return written | (_at(used.time) if measure.derivation is not None else {})


def _told(name: str, value: Interval, unit: str) -> Document:
    """Return a number that a formula used; with its exact ends where the text is rounded, or is of several values."""
    exact = interval(value, unit)
    written: Document = {"name": name, "value": exact.pop("text")}
    plain = value.is_exact and f"{exact['low']} {unit}".removesuffix(" 1") == written["value"]
    return written if plain else written | {"exact": exact}


def _unit(decision: Decision, measure: Measure, operand: str) -> str:
    return measure.numbers_in.get(operand, decision.release.vocabulary.measures[operand].unit)


def _at(time: datetime | None) -> Document:
    return {} if time is None else {"time": instant(time)}


def _vote(decision: Decision, vote: Vote) -> Document:
    """Return one vote of a count: how it was cast, on which value, and against which rows."""
    standing = decision.facts.standings[vote.threshold]
    margin = standing.margins.get(None)
    cast = None if margin is None else margin.decides(Word(vote.word))
    written: Document = {
        "name": vote.text,
        "value": TRUTH[cast],
        "threshold": [row_written(standing, row) for row in standing.rows],
    }
    if standing.value is not None:
        written["at"] = f"{standing.choice.compares} {interval_text(standing.value.interval, standing.threshold.unit)}"
    return written


def looked_up(decision: Decision, table: str) -> Document:
    """Return which value a step table was looked up for, and where the table stands."""
    of = decision.release.numbers.tables[table].of
    at = interval_text(decision.facts.values[of].interval, decision.release.vocabulary.measures[of].unit)
    return {"name": table, "at": f"{of} {at}"} | _cited(decision.release.table(decision.profile, table).cites)


def _cited(cites: Citation) -> Document:
    return {"source": cites.source, "where": cites.where, "read": cites.read}
