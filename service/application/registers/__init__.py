"""
The registers: one catalogue of texts for each reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.registers.auditor import Auditor
from service.application.registers.clinician import Clinician
from service.application.registers.informaticist import Informaticist
from service.application.registers.patient import Patient

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.application.explanation.register import Register

REGISTERS: Mapping[str, Register] = {
    "clinician": Clinician(),
    "informaticist": Informaticist(),
    "auditor": Auditor(),
    "patient": Patient(),
}
"""By name; the first is the default."""
