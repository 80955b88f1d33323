"""
The patients of a question: whoever is possible once attributes and quantities that choose rows are told.

Who a patient is decides which rows are possible, and that is asked of intake and of the rows themselves, for each
combination of what may be told. So the solver knows no ages and no attributes, only which of few patients it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from service.domain.explanation.questions import Kind

if TYPE_CHECKING:
    from service.domain.explanation.cells import Setting
    from service.domain.explanation.questions import Input, Sent
    from service.domain.explanation.trying import Trying
    from service.domain.release import Release

MOST = 256
"""Most patients of one question."""


class TooManyPatientsError(Exception):
    """More combinations of what may be told of the patient than are looked at."""


@dataclass(frozen=True, slots=True)
class Patient:
    """
    What is told of a patient.

    Attributes:
        sent: What is told besides or instead.

        setting: The panel that intake makes of it.
    """

    sent: tuple[Sent, ...]
    setting: Setting


def chooses_rows(cone: Release, one: Input) -> bool:
    """Return whether an input is told apart by rows or tables, and not by its number alone."""
    looked_up = {table.of for table in cone.numbers.tables.values()}
    return one.kind is Kind.ATTRIBUTE or (one.kind is Kind.QUANTITY and one.name in {*cone.key_quantities, *looked_up})


def patients_of(trying: Trying) -> tuple[Patient, ...]:
    """
    Return every patient of a question.

    Args:
        trying: The question.

    Returns:
        The patient as told now, and every other that could be told, one for each cell.

    Raises:
        TooManyPatientsError: If there are more than `MOST`.
    """
    inputs = [one for one in trying.question.free if chooses_rows(trying.cone, one)]
    options = [(None, *trying.cells(one)) for one in inputs]
    count = 1
    for one in options:
        count *= len(one)
    if count > MOST:
        raise TooManyPatientsError
    found = []
    for told in product(*options):
        sent = tuple(one for one in told if one is not None)
        setting = trying.given(sent) if sent else trying.now
        if setting is not None and len(sent) <= trying.question.most:
            found.append(Patient(sent, setting))
    return tuple(found)
