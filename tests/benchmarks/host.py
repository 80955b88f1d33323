"""
Findings and conclusions on the documented ``Host`` of durable-rules; run as a child process, since it may end it.

The rules are written with `durable.lang`, the host comes from ``get_host()``, facts go in by
``assert_facts`` or ``assert_fact``, what a rule gives is asserted in its action, and a patient's state is
deleted afterwards: as the package's own documentation does it.

``python -m tests.benchmarks.host WAY PANELS``, with ``FERRULE_VERSIONS`` set, prints one JSON line for
each patient: how many were done, in how many seconds, and how many answers were wrong.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from durable.engine import MessageNotHandledException
from durable.lang import c, distinct, get_host, m, ruleset, when_all

from service import bootstrap
from service.adapters.durable_rules.compiler import Program, compile_release
from service.adapters.durable_rules.engine import _Run
from service.application.evaluate import DEFAULT_PROFILE
from service.config import Settings
from service.domain.facts import Facts, resolve
from service.domain.intake import take_in
from service.domain.rules import Verb
from service.domain.semantics import Outcome, interpret
from tests.benchmarks.panels import RULESET, examples, questions, varied

if TYPE_CHECKING:
    from service.domain.release import Release

WAYS = {
    "batch": "assert_facts",
    "single": "assert_fact, one by one",
    "sink": "assert_facts, and rules that take every fact",
}
NAME = "ferrule"


class OnHost:
    """
    A release on the documented host.

    Args:
        program: The release, compiled.

        way: One of `WAYS`.
    """

    def __init__(self, program: Program, way: str) -> None:
        self.program, self.way = program, way
        self.named = {name: basis for basis, name in program.facts.items()}
        self.run: Any = None
        self.sid = ""
        with ruleset(NAME):
            for name, patterns in program.rules.items():
                conditions = [getattr(c, f"p{i}") << _condition(one) for i, one in enumerate(patterns)]
                when_all(*conditions, distinct(False))(self.action(name))
            if way == "sink":
                # `+m.id` would never end: the engine's own state has an id too.
                when_all(+m.code)(lambda _: None)
                when_all(+getattr(m, "is"))(lambda _: None)
        self.host = get_host()

    def action(self, name: str) -> Any:
        """Return what a rule does: it asserts what it gives."""

        def act(fired: Any) -> None:
            ids = [fact["id"] for fact in fired._m.values()]
            for fact in self.run.on_firing(name, ids):
                fired.assert_fact(json.loads(fact) | {"sid": self.sid})

        return act

    def infer(self, facts: Facts, sid: str) -> frozenset[str]:
        """Return the rules that fire for one patient."""
        self.sid, self.run = sid, _Run(self, facts)
        more: list[str] | None = self.run.first()
        while more is not None:
            self.tell([json.loads(fact) | {"sid": sid} for fact in more])
            more = self.run.next_round()
        self.host.delete_state(NAME, sid)
        return frozenset(self.run.fired)

    def tell(self, facts: list[dict[str, Any]]) -> None:
        """Assert facts; that some match nothing is an exception, which users are told to ignore."""
        batches: list[Any] = facts if self.way == "single" else [facts] if facts else []
        for one in batches:
            with suppress(MessageNotHandledException):
                (self.host.assert_fact if self.way == "single" else self.host.assert_facts)(NAME, one)


def _condition(pattern: Any) -> Any:
    if not pattern.end:
        return getattr(m, "is") == pattern.fact
    return (m.code == pattern.fact) & (m.lo > 0.0 if pattern.end == "lo" else m.hi < 0.0)


def cases(release: Release, count: int) -> list[tuple[Facts, frozenset[str]]]:
    """Return facts of panels with the rules that must fire, those that advise left out."""
    profile = release.profiles[DEFAULT_PROFILE]
    requests = [*examples(), *varied(count)]
    found = []
    for question in questions(list(islice(requests, count))):
        facts = resolve(release, profile, take_in(release, profile, question.panel))
        outcomes = interpret(release, facts).outcomes
        fired = (rule for rule, outcome in outcomes.items() if outcome is Outcome.FIRED)
        found.append((facts, frozenset(rule for rule in fired if release.rules[rule].then.verb is not Verb.ADVISE)))
    return found


def main(way: str, count: int) -> None:
    """Run panels through the host and print how far it came."""
    settings = Settings.from_env()
    versions = bootstrap.releases(settings)
    release = versions.load(RULESET, versions.versions(RULESET)[-1])
    given = cases(release, count)
    host = OnHost(compile_release(release), way)
    wrong = 0
    seconds = 0.0
    for number, (facts, right) in enumerate(given, 1):
        started = time.perf_counter()
        fired = host.infer(facts, f"p{number}")
        seconds += time.perf_counter() - started
        wrong += fired != right
        print(json.dumps({"panels": number, "seconds": seconds, "wrong": wrong}), flush=True)
    # Its timer threads never end.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
