"""
The compiler: from a release to a ruleset definition of durable-rules.

Every rule becomes positive conditions over single facts, one engine rule for
each branch. Comparisons are signs of margins; a row keyed by a finding is a
branch; a finding that closes by itself is refuted by engine rules of the negated
conditions. No negation, no cross-fact term, no priority reaches the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations, islice, product
from typing import TYPE_CHECKING

from service.adapters.durable_rules.limits import MAX_BRANCHES
from service.adapters.durable_rules.patterns import Pattern
from service.domain.errors import EngineLimitError
from service.domain.inference import Basis, BasisKind
from service.domain.rules import (
    AttributeTest,
    CertaintyTest,
    Comparison,
    DoubtTest,
    FindingTest,
    Group,
    KnownTest,
    Verb,
)
from service.domain.scales import Certainty, State
from service.domain.semantics import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.domain.release import Release
    from service.domain.rules import Condition, Rule
    from service.domain.thresholds import Word


Branch = frozenset[Pattern]


@dataclass(frozen=True, slots=True)
class EngineRule:
    """
    What the firing of an engine rule means.

    Attributes:
        rule: Id of the rule, or name of the finding that closes.

        role: ``fires``, ``refuted``, ``closes``, ``in scope`` or ``out of scope``.
    """

    rule: str
    role: str


@dataclass(slots=True)
class Program:
    """
    A compiled release.

    Attributes:
        release: What was compiled.

        rules: Engine rules by name, with their patterns.

        meanings: What each engine rule means.

        facts: Names of facts, by what they state.

        deferred: Findings whose state is decided when a round is quiet, by round from 1.
    """

    release: Release
    rules: dict[str, tuple[Pattern, ...]] = field(default_factory=dict)
    meanings: dict[str, EngineRule] = field(default_factory=dict)
    facts: dict[Basis, str] = field(default_factory=dict)
    deferred: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def fact(self, kind: BasisKind, name: str, detail: str = "") -> str:
        """Return the engine's name of a fact: a letter for its kind and a number."""
        return self.facts.setdefault(Basis(kind, name, detail), f"{kind.value[0]}{len(self.facts)}")


def compile_release(release: Release) -> Program:
    """
    Compile the rules that decide findings and conclude.

    Args:
        release: Any release that was read without faults.

    Returns:
        The program.

    Raises:
        EngineLimitError: If a rule needs too many branches.
    """
    program = Program(release)
    compiler = _Compiler(program)
    for rule in release.rules.values():
        if rule.then.verb not in {Verb.DOUBT, Verb.ADVISE}:
            compiler.rule(rule)
    for finding in release.finding_order:
        if release.vocabulary.findings[finding].closes:
            compiler.closing(finding)
    compiler.scope()
    program.deferred = _rounds(release)
    return program


def compile_advice(release: Release) -> Program:
    """
    Compile the rules that advise, which run after all others and which nothing reads.

    Args:
        release: Any release that was read without faults.

    Returns:
        The program, of its own so that each has room for facts; without rules where the release has none that advise.

    Raises:
        EngineLimitError: If a rule needs too many branches.
    """
    program = Program(release)
    compiler = _Compiler(program)
    for rule in release.rules.values():
        if rule.then.verb is Verb.ADVISE:
            compiler.rule(rule)
    return program


def compile_doubts(release: Release) -> Program:
    """
    Compile the rules about results, which run before all others.

    Args:
        release: Any release that was read without faults.

    Returns:
        The program; without rules where the release has none about results.

    Raises:
        EngineLimitError: If a rule needs too many branches.
    """
    program = Program(release)
    compiler = _Compiler(program)
    for rule in release.doubts:
        compiler.rule(rule)
    return program


def _rounds(release: Release) -> dict[int, tuple[str, ...]]:
    """Return, for each round, the findings that have rule-out rules and are decided after it."""
    rounds: dict[str, int] = {}
    deferred: dict[int, list[str]] = {}
    for name in release.finding_order:
        rules = release.giving.get(name, ())
        before = max(
            (rounds.get(read, 0) for rule in rules for read in release.findings_read(rule.when)),
            default=0,
        )
        waits = any(rule.then.verb is Verb.RULE_OUT for rule in rules)
        rounds[name] = before + waits
        if waits:
            deferred.setdefault(rounds[name], []).append(name)
    return {number: tuple(names) for number, names in sorted(deferred.items())}


class _Compiler:
    def __init__(self, program: Program) -> None:
        self.program, self.release = program, program.release

    def rule(self, rule: Rule) -> None:
        branches = self.holds(rule.when, of=rule.id)
        if rule.profiles:
            gates = [Pattern(self.program.fact(BasisKind.PROFILE, name), "") for name in rule.profiles]
            branches = [branch | {gate} for branch in branches for gate in gates]
        self.emit(rule.id, "fires", branches)

    def emit(self, name: str, role: str, branches: list[Branch]) -> None:
        kept = _absorb(branches)
        if len(kept) > MAX_BRANCHES:
            raise EngineLimitError("branches of a rule", MAX_BRANCHES, len(kept), name)
        for number, branch in enumerate(kept, 1):
            engine_name = f"{role}_{name}_{number}".replace("-", "_").replace(" ", "_")
            self.program.rules[engine_name] = tuple(sorted(branch))
            self.program.meanings[engine_name] = EngineRule(name, role)

    def closing(self, finding: str) -> None:
        """Emit the refutations of every rule that establishes a finding, and the rule that closes it."""
        establishing = [rule for rule in self.release.giving.get(finding, ()) if rule.then.verb is Verb.ESTABLISH]
        for rule in establishing:
            self.emit(rule.id, "refuted", self.fails(rule.when, of=rule.id))
        refuted = frozenset(Pattern(self.refuted(rule.id), "") for rule in establishing)
        self.emit(finding, "closes", [refuted])

    def refuted(self, rule: str) -> str:
        """Return the name of the fact that a rule is refuted."""
        return self.program.fact(BasisKind.KNOWN, rule, "refuted")

    def scope(self) -> None:
        group = self.release.ruleset.scope
        self.emit("scope", "in scope", self.holds(group, of="scope"))
        self.emit("scope", "out of scope", self.fails(group, of="scope"))

    # -- conditions to branches ------------------------------------------

    def holds(self, node: Group | Condition, *, of: str) -> list[Branch]:
        """Return the branches under which a condition is true."""
        if isinstance(node, Group):
            return self.choose(node.needed, [self.holds(member, of=of) for member in node.members], of)
        return self.literal(node, wanted=True)

    def fails(self, node: Group | Condition, *, of: str) -> list[Branch]:
        """Return the branches under which a condition is false: decided, not merely unknown."""
        if isinstance(node, Group):
            needed = len(node.members) - node.needed + 1
            return self.choose(needed, [self.fails(member, of=of) for member in node.members], of)
        return self.literal(node, wanted=False)

    def choose(self, needed: int, members: list[list[Branch]], of: str) -> list[Branch]:
        most = MAX_BRANCHES**2
        branches: list[Branch] = []
        for chosen in combinations(members, needed):
            # Some may be superfluous, so more are listed than may be left, but never all of millions.
            branches += (frozenset().union(*parts) for parts in islice(product(*chosen), most + 1))
            if len(branches) > most:
                raise EngineLimitError("branches of a rule", MAX_BRANCHES, len(branches), of)
        return branches

    def literal(self, condition: Condition, *, wanted: bool) -> list[Branch]:
        if isinstance(condition, Comparison):
            return self.comparison(condition.threshold, condition.word, wanted=wanted)
        if isinstance(condition, AttributeTest):
            fact = self.program.fact(BasisKind.ATTRIBUTE, condition.attribute, " or ".join(sorted(condition.values)))
            return [frozenset({Pattern(fact, "lo" if wanted is not condition.negated else "hi")})]
        if isinstance(condition, FindingTest):
            opposite = {State.PRESENT: State.ABSENT, State.ABSENT: State.PRESENT}
            state = condition.state if wanted else opposite[condition.state]
            return [self.present(BasisKind.FINDING, condition.finding, state.value)]
        if isinstance(condition, CertaintyTest):
            return [self.present(BasisKind.CERTAINTY, condition.conclusion, condition.least.value)]
        if isinstance(condition, DoubtTest):
            return [self.present(BasisKind.KNOWN, condition.rule, Outcome.FIRED.value)]
        return [self.known(condition)]

    def present(self, kind: BasisKind, name: str, detail: str) -> Branch:
        return frozenset({Pattern(self.program.fact(kind, name, detail), "")})

    def known(self, condition: KnownTest) -> Branch:
        return self.present(BasisKind.KNOWN, condition.measure, "known" if condition.known else "missing")

    def comparison(self, threshold: str, word: Word, *, wanted: bool) -> list[Branch]:
        end = "hi" if word.holds_under is wanted else "lo"

        def margin(state: str) -> Pattern:
            return Pattern(self.program.fact(BasisKind.MARGIN, threshold, state), end)

        branches = [frozenset({margin("")})]
        for finding in sorted(self.release.key_findings(threshold)):
            for state in (State.PRESENT, State.ABSENT):
                known = self.present(BasisKind.FINDING, finding, state.value)
                branches.append(known | {margin(f"{finding} {state.value}")})
        return branches


def _absorb(branches: Iterable[Branch]) -> list[Branch]:
    """Drop branches that another branch with fewer patterns makes superfluous."""
    kept: list[Branch] = []
    for branch in sorted(set(branches), key=lambda one: (len(one), sorted(one))):
        if not any(other <= branch for other in kept):
            kept.append(branch)
    return kept


CERTAINTIES_ASKED = (Certainty.POSSIBLE, Certainty.LIKELY, Certainty.CONFIRMED)
