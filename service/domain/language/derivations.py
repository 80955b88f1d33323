"""
Reading how a measure is computed otherwise than by a formula: counts, elapsed times, changes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.domain.derivations import Change, CountOf, DaysSince, Vote
from service.domain.language.words import duration_in_days
from service.domain.thresholds import Word

if TYPE_CHECKING:
    from service.domain.derivations import Derivation
    from service.domain.language.reader import Reader
    from service.domain.nodes import Mapping, Node

COUNT, SINCE, CHANGE, BETWEEN = "count of", "days since", "change of", "days from previous"
WAYS = (COUNT, SINCE, CHANGE, BETWEEN)
"""Keys of a measure, each of which says how it is always computed."""
PREVIOUS = "previous"
DETAILS = ("since", "from", "within")
"""Keys that say of a change which earlier result is meant."""
_UNITS = {COUNT: "1", SINCE: "d", BETWEEN: "d"}
_GOES_WITH = {"since": (CHANGE,), "from": (CHANGE,), "within": (CHANGE, BETWEEN)}
_VOTE = re.compile(rf"([a-z0-9-]+) ({'|'.join(word.value for word in Word)}) ([a-z0-9-]+)\Z")


def derivation(reader: Reader, fields: Mapping, what: str, unit: str) -> Derivation | None:
    """
    Read how a measure is derived.

    Args:
        reader: Keeps faults.

        fields: Of the measure.

        what: The measure, for messages.

        unit: Its unit.

    Returns:
        How; None where it says nothing of the kind, or nothing that can be read. Names are
        looked up when everything else is read.
    """
    given = [way for way in WAYS if fields.get(way) is not None]
    for detail in DETAILS:
        stands = fields.get(detail)
        if stands is not None and not set(given) & set(_GOES_WITH[detail]):
            reader.fault(stands.place, f"{detail!r} goes with {' or '.join(map(repr, _GOES_WITH[detail]))} only.")
    if len(given) != 1:
        return None
    way = given[0]
    if _UNITS.get(way, unit) != unit:
        reader.fault(
            fields.place,
            f'{what}: {way!r} gives a number of unit {_UNITS[way]}, not {unit}; write unit: "{_UNITS[way]}".',
        )
    named = fields.get(way)
    if way == COUNT:
        votes = (_vote(reader, item) for item in reader.items(named, way))
        return CountOf(tuple(vote for vote in votes if vote))
    name = reader.text(named, way)
    if way == SINCE:
        return DaysSince(name)
    since, start = fields.get("since"), fields.get("from")
    if way == CHANGE and (since is None) is (start is None):
        reader.fault(
            fields.place, f"{what}: a change is either 'since' an event, or 'from: {PREVIOUS}'; write one of the two."
        )
    reader.one_of(start, "start of a change", (PREVIOUS,))
    within = fields.get("within")
    days = duration_in_days(reader, within)
    return Change(name, reader.text(since, "since"), days, reader.text(within, "within"), in_days=way == BETWEEN)


def _vote(reader: Reader, node: Node) -> Vote | None:
    text = reader.text(node, COUNT)
    match = _VOTE.match(text)
    if match is None:
        if text:
            words = ", ".join(word.value for word in Word)
            message = f"{text!r} is not a vote; write a measure, one of {words}, and the name of a threshold."
            reader.fault(node.place, message)
        return None
    return Vote(match[1], match[2], match[3])
