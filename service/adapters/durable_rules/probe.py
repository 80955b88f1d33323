"""
Compiles a ruleset definition from standard input and ends: the child of `engine._probe`.
"""

from __future__ import annotations

import sys

from service.adapters.durable_rules.door import open_engine


def main() -> None:
    """Create the ruleset that standard input defines, and delete it."""
    engine = open_engine()
    handle = engine.create_ruleset("rules", sys.stdin.read())
    engine.delete_ruleset(handle)


if __name__ == "__main__":
    main()
