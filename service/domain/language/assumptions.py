"""
What may be assumed: attributes and quantities of the patient where the vocabulary allows it, and never a result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.figures import interval_text
from service.domain.language.places import at
from service.domain.measures import Assumable, MeasureKind
from service.domain.nodes import Mapping
from service.domain.quantities import QuantityError, parse_quantity
from service.domain.vocabulary import Attribute

if TYPE_CHECKING:
    from service.domain.language.reader import Reader
    from service.domain.language.tree import Tree
    from service.domain.measures import Measure
    from service.domain.nodes import Node
    from service.domain.release import Release


def check_assumptions(reader: Reader, release: Release, tree: Tree) -> None:
    """
    Refuse an assumption of a profile that is not allowed or no value, and a result that could be assumed.

    Args:
        reader: Keeps faults.

        release: The release as read.

        tree: Its files, for places.
    """
    vocabulary = release.vocabulary
    places = {plain_id: node for node in tree.profiles if (plain_id := _id_of(node))}
    for name, profile in release.profiles.items():
        for assumed, text in profile.assume.items():
            thing = vocabulary.measures.get(assumed) or vocabulary.attributes.get(assumed)
            if thing is None or thing.assumable is not Assumable.PROFILE:
                allowed = vocabulary.assumable(Assumable.PROFILE)
                reader.fault(
                    at(places.get(name), "assume"),
                    f"{assumed} may not be assumed by a profile; {', '.join(allowed) or 'nothing'} may.",
                )
            elif not _can_be(thing, text):
                accepted = _accepted(thing)
                message = f"{text!r} is not a value of {assumed}; write {accepted}."
                reader.fault(at(places.get(name), "assume", assumed), message)
    for measure in vocabulary.measures.values():
        if measure.assumable is not Assumable.NEVER and measure.kind is not MeasureKind.PATIENT:
            reader.fault(
                at(tree.vocabulary, "measures", measure.name),
                f"{measure.name} is a result; a result may never be assumed.",
            )


def _can_be(thing: Measure | Attribute, text: str) -> bool:
    """Return whether a text is a value that a measure or an attribute may have."""
    if isinstance(thing, Attribute):
        return thing.meaning(text) is not None
    try:
        quantity = parse_quantity(text)
    except QuantityError:
        return False
    factor = thing.factor(quantity.unit)
    return factor is not None and (thing.possible is None or quantity.interval.scaled(factor).meets(thing.possible))


def _accepted(thing: Measure | Attribute) -> str:
    if isinstance(thing, Attribute):
        return f"one of {', '.join((*thing.values, *thing.groups))}"
    within = f" within {interval_text(thing.possible, thing.unit)}" if thing.possible is not None else ""
    return f"a number and one of {', '.join(thing.accepted_units)}{within}"


def _id_of(node: Node) -> str:
    value = node.get("id") if isinstance(node, Mapping) else None
    return getattr(value, "text", "")
