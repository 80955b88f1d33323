"""
Every defect this folder knows of. Run as a program, it prints the README's table.
"""

from __future__ import annotations

from tests.contract.engine.defects import conditions, facts, host, limits, names, sessions

DEFECTS = (
    *facts.DEFECTS,
    *names.DEFECTS,
    *conditions.DEFECTS,
    *limits.DEFECTS,
    *sessions.DEFECTS,
    *host.DEFECTS,
)

if __name__ == "__main__":
    print("\n".join(one.row() for one in DEFECTS))
