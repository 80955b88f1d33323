"""
The adapter: facts of a panel in, the engine's inference out.

durable-rules decides which rules fire. When a round is quiet the adapter asserts
what the next may see: states of findings that have rule-out rules. Rules that
advise run last, in a ruleset of their own, and see what is unknown and how
certain conclusions are.
"""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

from service.adapters.durable_rules.compiler import (
    CERTAINTIES_ASKED,
    EngineRule,
    Program,
    compile_advice,
    compile_doubts,
    compile_release,
)
from service.adapters.durable_rules.limits import definition, number
from service.adapters.durable_rules.session import Session
from service.domain.errors import ContradictionError, EngineError, EngineLimitError
from service.domain.inference import Basis, BasisKind, Inference
from service.domain.rules import Verb
from service.domain.scales import Certainty, State
from service.domain.semantics import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.facts import Facts
    from service.domain.release import Release

COMPILE_SECONDS = 20


class DurableRulesEngine:
    """
    Infers with one release; one of these lives in each process for each release.

    Args:
        release: Any release that was read without faults.

        probe: Whether to compile in a throw-away child process first, because
            a ruleset the engine cannot take may hang or kill it.

    Raises:
        EngineLimitError: If the release is larger than the engine can run safely.

        EngineUnavailableError: If the C module cannot be imported.
    """

    def __init__(self, release: Release, *, probe: bool = True) -> None:
        self._main = _Compiled(compile_release(release), probe=probe)
        self._advice = _compiled_if_any(compile_advice(release), probe=probe)
        self._doubts = _compiled_if_any(compile_doubts(release), probe=probe)

    @property
    def size(self) -> int:
        """Number of engine rules: the engine's cost is proportional to it."""
        return sum(len(part.program.rules) for part in self._parts)

    @property
    def _parts(self) -> list[_Compiled]:
        return [part for part in (self._doubts, self._main, self._advice) if part is not None]

    def doubt(self, received: Facts) -> Mapping[str, frozenset[Basis]]:
        """
        Run the rules about results on the facts of the panel as it was received.

        Args:
            received: What is known of the patient, before any doubt.

        Returns:
            For each rule about results that fired, the facts of every branch.

        Raises:
            EngineError: If the engine fails.
        """
        if self._doubts is None:
            return {}
        run = _Run(self._doubts, received)
        self._doubts.session.run(run.first(), run.on_firing, lambda: None)
        return {rule: frozenset(bases) for rule, bases in run.fired.items()}

    def infer(self, facts: Facts) -> Inference:
        """
        Run the release on the facts of one panel.

        Args:
            facts: What is known of the patient.

        Returns:
            What fired, on which facts, and what follows.

        Raises:
            EngineError: If the engine fails; never a partial answer.
        """
        run = _Run(self._main, facts)
        self._main.session.run(run.first(), run.on_firing, run.next_round)
        run.settle()
        if self._advice is not None:
            advice = _Run(self._advice, facts, run)
            self._advice.session.run([*advice.first(), *advice.settled()], advice.on_firing, lambda: None)
            run.fired |= advice.fired
        return run.inference()

    def close(self) -> None:
        """Free the engine's memory."""
        for part in self._parts:
            part.session.close()


class _Compiled:
    """A program in the engine, and the facts it knows by name."""

    def __init__(self, program: Program, *, probe: bool) -> None:
        self.program = program
        self.named = {name: basis for basis, name in program.facts.items()}
        called = {name: " ".join(basis).strip() for name, basis in self.named.items()}
        authored = {name: meaning.rule for name, meaning in program.meanings.items()}
        if probe:
            _probe(definition(program.rules, called, authored))
        self.session = Session(program.rules, called, authored)


def _compiled_if_any(program: Program, *, probe: bool) -> _Compiled | None:
    return _Compiled(program, probe=probe) if program.rules else None


class _Run:
    """One panel on its way through a ruleset of the engine, after another where that is given."""

    def __init__(self, compiled: _Compiled, facts: Facts, before: _Run | None = None) -> None:
        program = compiled.program
        self.program, self.release, self.facts, self.named = program, program.release, facts, compiled.named
        self.fired: defaultdict[str, set[Basis]] = defaultdict(set)
        self.refuted: defaultdict[str, set[Basis]] = defaultdict(set)
        self.closed: set[str] = set()
        self.scope: bool | None = None
        self.states: dict[str, State] = before.states if before else {}
        self.verdicts: dict[str, Verdict] = before.verdicts if before else {}
        self.told: set[str] = set()
        self.rounds = iter(program.deferred.values())
        self.waiting = {name for names in program.deferred.values() for name in names}

    # -- facts -----------------------------------------------------------

    def tell(self, kind: BasisKind, name: str, detail: str = "") -> list[str]:
        """Return the fact, once, if some rule asks for it."""
        fact = self.program.facts.get(Basis(kind, name, detail))
        if fact is None or fact in self.told:
            return []
        self.told.add(fact)
        return [f'{{"id":"{fact}","is":"{fact}"}}']

    def first(self) -> list[str]:
        facts: list[str] = []
        for basis, name in self.program.facts.items():
            ends = None
            if basis.kind is BasisKind.MARGIN:
                ends = self.margin(basis)
            elif basis.kind is BasisKind.ATTRIBUTE:
                possible, asked = (
                    self.facts.attributes[basis.name],
                    frozenset(basis.detail.split(" or ")),
                )
                ends = ("1.0", "1.0") if possible <= asked else None if possible & asked else ("-1.0", "-1.0")
            if ends is not None:
                self.told.add(name)
                facts.append(f'{{"id":"{name}","code":"{name}","lo":{ends[0]},"hi":{ends[1]}}}')
        facts += self.tell(BasisKind.PROFILE, self.facts.profile)
        for measure in self.release.vocabulary.measures:
            facts += self.tell(BasisKind.KNOWN, measure, "known" if measure in self.facts.known else "missing")
        for doubt in sorted(self.facts.doubts):
            facts += self.tell(BasisKind.KNOWN, doubt, Outcome.FIRED.value)
        for finding, state in self.facts.observed.items():
            facts += self.tell(BasisKind.FINDING, finding, state.value)
        for rule in self.release.rules.values():
            if rule.profiles and self.facts.profile not in rule.profiles:
                facts += self.tell(BasisKind.KNOWN, rule.id, "refuted")
        return facts

    def margin(self, basis: Basis) -> tuple[str, str] | None:
        standing = self.facts.standings[basis.name]
        finding, _, state = basis.detail.rpartition(" ")
        if finding and finding != standing.finding:
            return None
        margin = standing.margins.get(State(state) if state else None)
        if margin is None:
            return None
        return number(margin.low.distance, margin.low.tie), number(margin.high.distance, margin.high.tie)

    # -- what the engine says --------------------------------------------

    def on_firing(self, name: str, ids: list[str]) -> list[str]:
        meaning = self.program.meanings.get(name, EngineRule(name, "unknown"))
        if meaning.role == "unknown" or not set(ids) <= self.told:
            message = f"the engine named {name}, or a fact, that it was never given"
            raise EngineError(message)
        bases = {self.named[one] for one in ids}
        if meaning.role == "fires":
            rule = self.release.rules[meaning.rule]
            self.fired[rule.id] |= bases
            if rule.then.verb is Verb.ESTABLISH and rule.then.name not in self.waiting:
                return self.tell(BasisKind.FINDING, rule.then.name, State.PRESENT.value)
            return []
        if meaning.role == "refuted":
            self.refuted[meaning.rule] |= bases
            return self.tell(BasisKind.KNOWN, meaning.rule, "refuted")
        if meaning.role == "closes":
            self.closed.add(meaning.rule)
            return (
                [] if meaning.rule in self.waiting else self.tell(BasisKind.FINDING, meaning.rule, State.ABSENT.value)
            )
        self.scope = meaning.role == "in scope"
        return []

    def next_round(self) -> list[str] | None:
        """Return what the next round may see: the findings that are decided now."""
        finished = next(self.rounds, None)
        if finished is None:
            return None
        facts: list[str] = []
        for name in finished:
            facts += self.tell(BasisKind.FINDING, name, self.state(name).value)
        return facts

    def state(self, finding: str) -> State:
        verbs = {rule.then.verb for rule in self.release.giving.get(finding, ()) if rule.id in self.fired}
        if verbs == {Verb.ESTABLISH, Verb.RULE_OUT}:
            return State.CONFLICTING
        if Verb.ESTABLISH in verbs:
            return State.PRESENT
        if Verb.RULE_OUT in verbs or finding in self.closed:
            return State.ABSENT
        return State.UNKNOWN

    def settle(self) -> None:
        """Decide the state of each finding, and how certain each conclusion is."""
        for name, finding in self.release.vocabulary.findings.items():
            if not finding.observed:
                self.states[name] = self.state(name)
        claims: defaultdict[str, list[Certainty]] = defaultdict(list)
        for rule_id in self.fired:
            then = self.release.rules[rule_id].then
            if then.certainty is not None:
                claims[then.name].append(then.certainty)
        self.verdicts |= {conclusion: _verdict(certainties) for conclusion, certainties in claims.items()}

    def settled(self) -> list[str]:
        """Return what was settled before: findings, those that are unknown too, and certainties."""
        facts: list[str] = []
        for name in self.release.vocabulary.findings:
            state = self.states.get(name, self.facts.observed.get(name, State.UNKNOWN))
            facts += self.tell(BasisKind.FINDING, name, state.value)
        for conclusion, verdict in self.verdicts.items():
            for asked in CERTAINTIES_ASKED:
                if verdict.certainty.is_for and verdict.certainty.force >= asked.force:
                    facts += self.tell(BasisKind.CERTAINTY, conclusion, asked.value)
        return facts

    def inference(self) -> Inference:
        return Inference(
            {rule: frozenset(bases) for rule, bases in self.fired.items()},
            {rule: frozenset(bases) for rule, bases in self.refuted.items()},
            self.states,
            self.verdicts,
            self.scope,
        )


def _verdict(claims: list[Certainty]) -> Verdict:
    # Written apart from the reference semantics on purpose: the two are compared.
    sides = [max((c.force for c in claims if c.is_for is side), default=0) for side in (True, False)]
    if sides == [3, 3]:
        raise ContradictionError
    if sides[0] == sides[1]:
        return Verdict(Certainty.POSSIBLE, contested=True)
    words = {
        3: (Certainty.CONFIRMED, Certainty.EXCLUDED),
        2: (Certainty.LIKELY, Certainty.UNLIKELY),
        1: (Certainty.POSSIBLE,) * 2,
    }
    return Verdict(words[max(sides)][0 if sides[0] > sides[1] else 1], contested=False)


def _probe(text: str) -> None:
    """Compile in a child process, so that a hang or a crash is not ours."""
    command = [sys.executable, "-m", "service.adapters.durable_rules.probe"]
    try:
        done = subprocess.run(
            command,
            input=text,
            text=True,
            capture_output=True,
            timeout=COMPILE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EngineLimitError("seconds to compile", COMPILE_SECONDS, COMPILE_SECONDS + 1) from None
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()[-1:] or [f"exit {done.returncode}"]
        message = f"durable-rules cannot compile this release: {reason[0]}"
        raise EngineError(message)
