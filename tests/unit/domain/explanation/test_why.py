"""
Derivations by brute force: what is in them follows, and nothing else is needed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import chain

import pytest

from service.adapters.knowledge.folder import KnowledgeFolder
from service.application.decide import decide
from service.application.semantics_alone import SemanticsAlone
from service.application.trace import trace
from service.domain.errors import PanelError
from service.domain.explanation.graph import Kind, Role
from service.domain.explanation.why import complete, conflict, minimal
from service.domain.rules import FindingTest, Group, Verb
from service.domain.scales import State
from service.domain.semantics import Outcome
from tests.explaining import PATIENTS, patient
from tests.strategies import KNOWLEDGE, knowledge

SHARDS = 8


@lru_cache(maxsize=1)
def cases():
    """Every case beside the rules."""
    return KnowledgeFolder(KNOWLEDGE).release("microcytic-anemia", "draft", "")[1]


def decided(given, profile):
    """Decide by the reference semantics alone."""
    return decide(knowledge(), profile, SemanticsAlone(knowledge()), given)[0]


def derivations(shard):
    """Yield each conclusion of a share of the cases, with its panel and its two graphs."""
    for case in cases()[shard::SHARDS]:
        profile = knowledge().profiles[case.profile]
        try:
            decision = decided(case.given, profile)
        except PanelError:
            continue
        for name, _ in decision.conclusions:
            whole = complete(decision, name)
            yield case, decision, name, whole, minimal(whole, name)


def leaves(graph):
    """What a derivation rests on that somebody said, or the profile assumed."""
    supported = {edge.target for edge in graph.edges if edge.role is Role.SUPPORTS}
    kinds = {Kind.RESULT, Kind.PATIENT, Kind.EVENT, Kind.ASSUMED, Kind.FINDING}
    return frozenset(name for name, node in graph.nodes.items() if node.kind in kinds and (name not in supported))


def restricted(decision, given, profile, kept):
    """The panel with nothing said but what is kept."""
    names = {name.partition(":")[2] for name in kept}
    findings = decision.panel.findings
    groups = {decision.release.vocabulary.findings[name].group for name in names & findings.keys()}
    stated = {one.finding for one in given.findings}
    said = replace(
        given,
        attributes={name: value for name, value in given.attributes.items() if name in names},
        quantities={name: value for name, value in given.quantities.items() if name in names},
        birth_date=given.birth_date if "birth-date" in names else None,
        results=tuple(one for one in given.results if one.id in names),
        findings=tuple(one for one in given.findings if one.finding in names),
        # A finding that was not stated is absent because its group was looked for.
        complete=tuple(one for one in given.complete if one[0] in groups and (names & findings.keys()) - stated),
        events=tuple(one for one in given.events if one.event in names),
        assume={name: value for name, value in given.assume.items() if name in names},
    )
    return decided(said, replace(profile, assume={n: v for n, v in profile.assume.items() if n in names}))


def fires(decision, rules):
    return decision.in_scope is True and all(decision.outcomes[rule] is Outcome.FIRED for rule in rules)


def deciding(graph, name):
    top = f"{Kind.CONCLUSION}:{name}"
    return [graph.nodes[one].name for one in graph.before(top) if graph.nodes[one].kind is Kind.RULE]


class TestMinimal:
    @pytest.mark.slow
    @pytest.mark.parametrize("shard", range(SHARDS))
    def test_suffices_and_is_needed(self, shard):
        """
        From what the smallest support rests on, and nothing else said of the patient, its rules fire; with any
        part of that left out they do not.
        """
        tried = 0
        for case, decision, name, _, graph in derivations(shard):
            profile = knowledge().profiles[case.profile]
            kept, rules = leaves(graph), deciding(graph, name)
            assert fires(restricted(decision, case.given, profile, kept), rules), (case.name, name)
            for one in kept:
                without = restricted(decision, case.given, profile, kept - {one})
                assert not fires(without, rules), (case.name, name, one)
                tried += 1

        assert tried > 200

    @pytest.mark.parametrize("shard", range(2))
    def test_no_node_is_too_many(self, shard):
        """
        No node of the smallest support can be left out, and every support in it stands in the complete graph.
        """
        for case, _, name, whole, graph in derivations(shard):
            top = f"{Kind.CONCLUSION}:{name}"
            supports = {node for node in graph.nodes if graph.nodes[node].kind is not Kind.DOUBT}
            for one in supports - {top}:
                assert not follows(graph, top, supports - {one}), (case.name, name, one)
            assert graph.nodes.keys() <= whole.nodes.keys()


def follows(graph, name, among):
    """Whether a node follows from some nodes."""
    from service.domain.explanation.graph import Some

    def holds(group):
        return sum(holds(one) if isinstance(one, Some) else follows(graph, one, among) for one in group.of) >= (
            group.needed
        )

    return name in among and holds(graph.nodes[name].rests_on)


class TestComplete:
    @pytest.mark.parametrize("shard", range(2, 4))
    def test_every_independent_support(self, shard):
        """
        Every rule that claims as much as the verdict is in it, every rule that fired for a finding that it asks
        about, and every condition of theirs that holds.
        """
        for case, decision, name, whole, _ in derivations(shard):
            verdict = decision.inference.verdicts[name]
            claims = [
                knowledge().rules[rule]
                for side in (True, False)
                for rule in decision.claims(name, speaking_for=side)
                if verdict.contested or side is verdict.certainty.is_for
            ]
            most = max(rule.then.certainty.force for rule in claims)
            waiting = [rule for rule in claims if rule.then.certainty.force == most]
            while waiting:
                rule = waiting.pop()
                assert f"{Kind.RULE}:{rule.id}" in whole.nodes, (case.name, name, rule.id)
                wanted = decision.outcomes[rule.id] is Outcome.FIRED
                for condition in supporting(rule.when, decision.seen_by(rule), wanted):
                    shown = [one for one in whole.nodes.values() if one.condition == condition]
                    assert shown, (case.name, name, condition.text)
                    if isinstance(condition, FindingTest):
                        waiting += giving(decision, condition.finding)

    def test_conditions_have_the_numbers_of_the_trace(self):
        """
        A condition is called in an explanation as it is in the trace.
        """
        for said in PATIENTS.values():
            decision = patient(**said)
            texts = {one["id"]: one["text"] for one in trace(decision)["conditions"]}
            for name, _ in decision.conclusions:
                nodes = complete(decision, name).nodes.values()
                told = {node.name: node.condition.text for node in nodes if node.kind is Kind.CONDITION}
                assert told.items() <= texts.items()

    def test_advice(self):
        """
        Advice that asks for the conclusion follows from it; the smallest support has none.
        """
        decision = patient(**PATIENTS["iron-deficiency-anemia"])
        whole = complete(decision, "iron-deficiency-anemia")

        assert "advice:look-for-bleeding" in whole.nodes
        assert whole.before("advice:look-for-bleeding")
        assert not any(node.kind is Kind.ADVICE for node in minimal(whole, "iron-deficiency-anemia").nodes.values())

    def test_against(self):
        """
        Claims of the other side that weigh less stand in it as such, and are in no smallest support.
        """
        found = 0
        for _, _, name, whole, graph in chain.from_iterable(derivations(shard) for shard in range(1)):
            against = whole.before(f"{Kind.CONCLUSION}:{name}", Role.AGAINST)
            found += len(against)
            assert not set(against) & graph.nodes.keys()

        assert found > 0

    def test_doubts_qualify(self):
        """
        A doubt that opened a value qualifies the condition that compared it, and supports nothing.
        """
        found = set()
        for _, _, _, whole, graph in chain.from_iterable(derivations(shard) for shard in range(2)):
            for edge in whole.edges:
                if edge.source.startswith(f"{Kind.DOUBT}:"):
                    found.add(edge.role)
                    assert edge.source in graph.nodes or edge.target not in graph.nodes

        assert found == {Role.QUALIFIES}


def supporting(group, seen, wanted):
    """Yield the conditions that are as wanted, in members that are."""
    for member in group.members:
        if isinstance(member, Group):
            if truth(member, seen) is wanted:
                yield from supporting(member, seen, wanted)
        elif seen.truth(member) is wanted:
            yield member


def truth(group, seen):
    values = [truth(one, seen) if isinstance(one, Group) else seen.truth(one) for one in group.members]
    if values.count(True) >= group.needed:
        return True
    return False if len(values) - values.count(False) < group.needed else None


def giving(decision, finding):
    """Return the rules that brought a finding into its state."""
    state = decision.inference.states.get(finding)
    rules = knowledge().giving.get(finding, ())
    fired = [rule for rule in rules if decision.outcomes[rule.id] is Outcome.FIRED]
    if state is State.PRESENT:
        return [rule for rule in fired if rule.then.verb is Verb.ESTABLISH]
    if state is not State.ABSENT:
        return []
    ruled_out = [rule for rule in fired if rule.then.verb is Verb.RULE_OUT]
    establish = [rule for rule in rules if rule.then.verb is Verb.ESTABLISH]
    closed = knowledge().vocabulary.findings[finding].closes and not any(
        decision.outcomes[rule.id] is Outcome.UNDECIDED for rule in establish
    )
    return [*ruled_out, *(establish if closed else ())]


class TestConflict:
    def test_both_sides(self):
        """
        A finding in conflict rests on what speaks for it and on what speaks against it.
        """
        graph = conflict(patient(**PATIENTS["conflicting-inflammation"]), "inflammation")

        assert set(graph.before("finding:inflammation")) == {"rule:INF-020", "rule:INF-100"}
