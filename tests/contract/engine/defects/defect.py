"""
One row of the table of defects.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Defect:
    """
    Something the engine gets wrong, and the guard that keeps it from happening.

    A script is Python source; `session` and `guards` are imported for it. An outcome is a line as
    `child.run` returns it.

    Attributes:
        id: What is done without the guard, in a few words. It names the tests.

        guard: What the service does instead.

        place: The part of the service that sees to it.

        because: What happens otherwise, and why.

        without: The shortest script that shows it.

        broken: The outcomes that script may have, where memory is not zeroed or that is no help.

        zeroed:
            Its outcome where the engine was built with zeroed memory, if that makes a difference.
            Such a build is a second line of defense and never a reason to drop the guard.

        guarded: The same with the guard.

        right: The one outcome that has.
    """

    id: str
    guard: str
    place: str
    because: str
    without: str
    broken: tuple[str, ...]
    zeroed: str | None = None
    guarded: str
    right: str

    def row(self) -> str:
        """
        Return the defect as a row of the README's table.
        """
        because = self.because
        if self.zeroed == self.right:
            because += " Zeroed memory cures it."
        elif self.zeroed is not None:
            because += " Zeroed memory makes it a wrong answer."
        return f"| {self.guard} | {because} | {self.id} | {self.place} |"
