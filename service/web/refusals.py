"""
Errors that only HTTP has; they stand in the tree of `service.domain.errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.errors import FerruleError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Refused:
    """
    A part of a request, outside its body, that cannot be accepted.

    Attributes:
        place: ``parameter`` or ``header``.

        name: Its name.

        code: Stable word for programs.

        detail: What would be accepted.
    """

    place: str
    name: str
    code: str
    detail: str


class RequestError(FerruleError):
    """
    The query or a header of a request cannot be accepted.

    Args:
        refused: Every such part.
    """

    def __init__(self, refused: Sequence[Refused]) -> None:
        self.refused = tuple(refused)
        super().__init__(" ".join(part.detail for part in self.refused))


class NotReadyError(FerruleError):
    """
    The service cannot evaluate now.

    Args:
        failed: For each check that failed, a sentence that tells no secret.
    """

    def __init__(self, failed: Mapping[str, str]) -> None:
        self.failed = dict(failed)
        super().__init__(f"These checks failed: {', '.join(failed)}.")
