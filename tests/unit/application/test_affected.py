from dataclasses import replace

import pytest

from service.adapters.knowledge.folder import KnowledgeFolder
from service.application.affected import Affected, changed_rules
from service.application.cases import unmet
from service.application.decide import decide
from service.application.mutants import mutants
from service.application.semantics_alone import SemanticsAlone
from service.domain.errors import FerruleError
from service.domain.rules import Verb
from tests import small
from tests.strategies import KNOWLEDGE

SMALL = small.read(small.files())


def answered(of, case):
    """
    Return the decision of a case, and everything that is said of it; None where nothing is.
    """
    try:
        decision, _ = decide(of, of.profiles[case.profile], SemanticsAlone(of), case.given)
    except FerruleError:
        return None
    meaning = decision.meaning
    advice = [(name, urgency) for name, urgency, _ in decision.advice]
    said = (meaning.states, meaning.verdicts, advice, tuple(unmet(decision, case)))
    return decision, said


class TestAffected:
    @pytest.mark.parametrize("name", ["small", "knowledge"])
    def test_never_leaves_out(self, name):
        """
        Whatever is changed in a rule or a limit, a case that is not run again is answered as before.
        """
        if name == "small":
            of, cases = SMALL
            chosen = list(of.rules.values())
        else:
            folder = KnowledgeFolder(KNOWLEDGE)
            (ruleset,) = folder.rulesets()
            of, cases = folder.release(ruleset, "draft", "")
            # Every eighth of the first of each family, and one whose limits are those of the laboratory.
            chosen = [of.rules["ACD-030"], *[rule for rule in of.rules.values() if rule.id[-3] == "0"][::8]]
            cases = [case for at, case in enumerate(cases) if at % 4 == 0 or case.rule == "ACD-030"]
        before = [(case, *told) for case in cases if (told := answered(of, case))]
        left = 0
        for mutant in mutants(of, chosen):
            now = mutant.release
            changed = changed_rules(of, now)
            if changed is None:
                # By that limit ranges of laboratories are believed, so every case is run again.
                continue
            assert changed
            affected = Affected(now, changed)
            for case, decision, said in before:
                if not affected.may_differ(case, decision):
                    left += 1
                    again = answered(now, case)
                    assert again is not None
                    assert again[1] == said, (mutant.what, mutant.became, case.name)
                    assert again[0].outcomes == decision.outcomes
        assert left

    def test_a_rule_that_goes(self):
        """
        A rule that goes, or comes, matters to those for whom it fired or was not decided.
        """
        of, cases = SMALL
        gone = replace(of, rules={name: rule for name, rule in of.rules.items() if name != "ANE-010"})

        assert changed_rules(of, gone) == changed_rules(gone, of) == {"ANE-010"}
        affected = Affected(gone, frozenset({"ANE-010"}))
        assert all(affected.may_differ(case, answered(of, case)[0]) for case in cases)

    @pytest.mark.parametrize(
        "change",
        [
            ("vocabulary.yaml", "usual: 30 to 220", "usual: 31 to 220"),
            ("small/profiles/default.yaml", "title: ", "title: Another "),
            ("small/ruleset.yaml", "at least youngest-age", "below youngest-age"),
            ("small/thresholds.yaml", "- {below: 6}", "- {below: 7}"),
            ("small/thresholds.yaml", "to: 1000 m, is: 0", "to: 1000 m, is: 1"),
        ],
    )
    def test_more_than_rules(self, change):
        """
        Where words, profiles, the scope, its limits or tables changed, nothing is known of any case.
        """
        assert changed_rules(small.release(), small.release(change)) is None

    def test_rules_about_results(self):
        """
        A rule about results comes before all others; what it changes is not looked for.
        """
        of, cases = SMALL
        rule = next(iter(of.rules.values()))
        doubting = replace(rule, then=replace(rule.then, verb=Verb.DOUBT))
        now = replace(of, rules={**of.rules, rule.id: doubting})
        affected = Affected(now, changed_rules(of, now))

        assert all(affected.may_differ(case, answered(of, case)[0]) for case in cases)
