"""
Prove that the durable-rules of this Python can be imported and chains rules.

Run by path right after the engine was built: a build that succeeds proves nothing, since on
Python 3.13 the package builds without our flags and fails at the import.
"""

from __future__ import annotations

import json
import sys

RULES = {
    "warm_up": {"all": [{"w": {"kind": "warm-up"}}]},
    "first": {"all": [{"p": {"$and": [{"code": "margin"}, {"$lt": {"hi": 0.0}}]}}]},
    "second": {"all": [{"p": {"is": "low"}}]},
}


def firings() -> list[str]:
    """
    Assert one fact that fires a rule, whose conclusion fires another.

    Returns:
        The names of the rules that fired, in order.
    """
    import durable_rules_engine as engine

    handle = engine.create_ruleset("proof", json.dumps(RULES))
    _, state = engine.assert_fact(handle, '{"id":"0","kind":"warm-up"}')
    found = []
    asserted = False
    while True:
        started = engine.start_action_for_state(handle, state)
        action = started and started[1]
        while action:
            ((rule, _),) = json.loads(action).items()
            found.append(rule)
            if rule == "first":
                engine.assert_fact(handle, '{"id":"2","is":"low"}')
            action = engine.complete_and_start_action(handle, state)
        if asserted:
            break
        engine.assert_fact(handle, '{"id":"1","code":"margin","hi":-2.5}')
        asserted = True
    engine.delete_state(handle, "0")
    engine.delete_ruleset(handle)
    return found


def main() -> int:
    """
    Print nothing and return 0 when the rules chain; otherwise name the remedy.
    """
    try:
        found = firings()
    except ImportError as error:
        print(f"durable-rules cannot be imported ({error}). Run `make clean`, then `make` again.")
        return 1
    if found != ["warm_up", "first", "second"]:
        print(f"durable-rules does not chain rules: it fired {found}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
