"""
One compiled ruleset in the engine, driven in the safe subset.

One session under the constant id "0", always deleted, never retracted from; its
slot is warmed when the ruleset is made. Facts are flat, written here, and carry
explicit ids; client data never reaches the engine.
"""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from service.adapters.durable_rules.door import open_engine
from service.adapters.durable_rules.limits import definition
from service.domain.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from service.adapters.durable_rules.patterns import Pattern

DUPLICATE = 2
"""Return code for a fact that was already there; 1 only means that some fact matched nothing."""


class Session:
    """
    Runs one ruleset for one panel at a time.

    Args:
        rules: Engine rules by name, with their patterns.

        named: What facts are called where an author reads it.

        authored: For each engine rule, the rule that it was compiled from.

    Raises:
        EngineLimitError: If the ruleset is larger than the engine can run safely.

        EngineUnavailableError: If the C module cannot be imported.
    """

    def __init__(
        self,
        rules: Mapping[str, tuple[Pattern, ...]],
        named: Mapping[str, str] | None = None,
        authored: Mapping[str, str] | None = None,
    ) -> None:
        self._definition = definition(rules, named, authored)
        self._engine = open_engine()
        self._most_firings = len(rules) + 1
        self._lock = threading.Lock()
        self._handle: Any = None
        self._told = False
        self._closed = False

    def run(
        self,
        first: Iterable[str],
        on_firing: Callable[[str, list[str]], list[str]],
        next_round: Callable[[], list[str] | None],
    ) -> None:
        """
        Run to the end, round by round.

        Args:
            first: Facts of the first round, as JSON objects.

            on_firing: Is told each engine rule that fired with the ids of its
                facts; returns new facts.

            next_round: Is asked for more facts when a round is quiet; None ends.

        Raises:
            EngineError: If the engine refuses; nothing of its answer is kept.
        """
        with self._lock:
            try:
                if self._handle is None:
                    self._handle = self._create()
                self._rounds(list(first), on_firing, next_round)
                self._forget()
            except BaseException as error:
                # What the engine holds now is not known: make it anew next time.
                self._discard()
                if isinstance(error, EngineError) or not isinstance(error, Exception):
                    raise
                message = f"durable-rules failed: {type(error).__name__} {error}"
                raise EngineError(message) from error
            finally:
                if self._closed:  # somebody still held a release that was put away meanwhile
                    self._discard()

    def _rounds(
        self,
        batch: list[str],
        on_firing: Callable[[str, list[str]], list[str]],
        next_round: Callable[[], list[str] | None],
    ) -> None:
        more: list[str] | None = batch
        firings = 0
        while more is not None:
            if more:  # an empty list would end the process
                self._told = True
                code, offset = self._engine.assert_facts(self._handle, f"[{','.join(more)}]")
                self._refuse_duplicate(code)
                started = self._engine.start_action_for_state(self._handle, offset)
                message = started[1] if started else None
                while message:
                    ((name, matched),) = json.loads(message).items()
                    firings += 1
                    if firings > self._most_firings:
                        error = "more firings than rules"
                        raise ValueError(error)
                    for fact in on_firing(name, [one["id"] for one in matched.values()]):
                        self._refuse_duplicate(self._engine.assert_fact(self._handle, fact)[0])
                    message = self._engine.complete_and_start_action(self._handle, offset)
            more = next_round()

    @staticmethod
    def _refuse_duplicate(code: int) -> None:
        if code == DUPLICATE:
            message = "a fact was asserted twice"
            raise ValueError(message)

    def _create(self) -> Any:  # noqa: ANN401 - the engine's handle
        handle = self._engine.create_ruleset("rules", self._definition)
        try:
            self._warm_up(handle)
        except BaseException:
            # Its state stays: to delete one in which no rule fired may end the process.
            self._engine.delete_ruleset(handle)
            raise
        return handle

    def _warm_up(self, handle: Any) -> None:  # noqa: ANN401 - the engine's handle
        _, offset = self._engine.assert_fact(handle, '{"id":"0","is":"warmup"}')
        if not self._engine.start_action_for_state(handle, offset):
            message = "the warm-up rule did not fire"
            raise EngineError(message)
        self._engine.complete_and_start_action(handle, offset)
        self._engine.delete_state(handle, "0")

    def _forget(self) -> None:
        """Delete what was told of the patient; where that fails, everything."""
        if self._told:
            self._told = False
            try:
                self._engine.delete_state(self._handle, "0")
            except self._engine.error:
                self._discard()

    def _discard(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            # The state first: deleting a ruleset with a live state leaks it.
            if self._told:
                self._told = False
                with suppress(self._engine.error):
                    self._engine.delete_state(handle, "0")
            with suppress(self._engine.error):
                self._engine.delete_ruleset(handle)

    def close(self) -> None:
        """Free the ruleset."""
        with self._lock:
            self._closed = True
            self._discard()
