"""
What the scripts drive the engine with: its bare calls in their right order, and no guard at all.

Imported by child processes only.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterable
from types import TracebackType

import durable_rules_engine as engine


class Refused(Exception):  # noqa: N818 - not an error of the script: this is a guard at work
    """
    A guard would not pass something on to the engine.
    """


class Session:
    """
    One ruleset and what was told about one patient.

    Attributes:
        handle: The engine's number for the ruleset.

        state: The engine's number for the slot that the last fact went to.

        codes: What each assertion returned: 0 some condition held, 1 none did, 2 known already.
    """

    def __init__(self, rules: dict) -> None:
        self.handle = engine.create_ruleset("contract", json.dumps(rules))
        self.state = 0
        self.codes: list[int] = []

    def tell(self, *facts: dict) -> Session:
        """
        Assert each of *facts* by itself.
        """
        for fact in facts:
            code, self.state = engine.assert_fact(self.handle, json.dumps(fact))
            self.codes.append(code)
        return self

    def tell_batch(self, facts: Iterable[dict]) -> Session:
        """
        Assert *facts* in one call.
        """
        code, self.state = engine.assert_facts(self.handle, json.dumps(list(facts)))
        self.codes.append(code)
        return self

    def fire(self, conclude: Callable[[str], dict | None] = lambda _: None) -> list[str]:
        """
        Run the rules until none is left that could fire.

        Args:
            conclude: Gets the name of each rule that fired and returns the fact it concludes.

        Returns:
            The name of each rule that fired, as often as it did, in order.
        """
        fired = []
        started = engine.start_action_for_state(self.handle, self.state)
        action = started and started[1]
        while action:
            (name,) = json.loads(action)
            fired.append(name)
            conclusion = conclude(name)
            if conclusion is not None:
                self.tell(conclusion)
            action = engine.complete_and_start_action(self.handle, self.state)
        return fired

    def forget(self, sid: str = "0") -> None:
        """
        Delete all that was told.
        """
        engine.delete_state(self.handle, sid)


def rule(*conditions: dict, **options: object) -> dict:
    """
    Return a rule that fires when some fact meets each of *conditions*.
    """
    return {"all": [{f"p{n}": one} for n, one in enumerate(conditions)], **options}


def test(code: str, comparison: str, threshold: float) -> dict:
    """
    Return the condition that the value of the fact named *code* compares so with *threshold*.
    """
    return {"$and": [{"code": code}, {comparison: {"value": threshold}}]}


def fact(code: str, value: object) -> dict:
    """
    Return the fact that *code* has this *value*.
    """
    return {"id": f"o_{code}", "code": code, "value": value}


LOW = {"low": rule(test("hb", "$lt", 12.0))}
BOTH = {"both": rule({"code": "hb"}, {"code": "mcv"}, dist=0)}


def answer(value: object) -> None:
    """
    Hand *value* to the test.
    """
    print("answered", json.dumps(value), flush=True)


def _report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """
    Print what ended the script in the words of `child.run`.
    """
    if kind is engine.error:
        outcome = f"error {str(error).rpartition(' ')[2]}"
    elif kind is MemoryError:
        outcome = "out of memory"
    elif kind is Refused:
        outcome = f"refused: {error}"
    else:
        traceback.print_exception(kind, error, trace)
        return
    print(outcome, flush=True)
    os._exit(0)


sys.excepthook = _report
