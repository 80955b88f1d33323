import pytest

from service.adapters.durable_rules.engine import DurableRulesEngine
from service.application.generated import generate
from service.application.watch import Watch, on_each_change
from service.domain.language.generated import GeneratedReader
from service.domain.language.reader import Reader
from service.domain.nodes import node_of
from tests import small

ANE = "small/rules/blood/ane-010-anemia.yaml"
CASES = "small/rules/blood/ane-010-anemia.cases.yaml"


class Desk:
    """Knowledge that a test edits."""

    def __init__(self):
        self.changes = []
        self.written = ()

    def rulesets(self):
        return ("small",)

    def release(self, ruleset, version, digest):
        return small.read(small.changed(*self.changes))

    def generated(self, release, rules=None):
        return tuple(case for case in self.written if rules is None or case.rule in rules)


def engine(release):
    return DurableRulesEngine(release, probe=False)


def generated_cases():
    """
    Return the generated cases of the small rule set.
    """
    of = small.release()
    reader = GeneratedReader(Reader(), of)
    return tuple(case for value in generate(of).values() for case in reader.file(node_of(value, "")))


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def watch(desk):
    return Watch(desk, engine)


class TestLook:
    def test_first(self, watch):
        """
        The first look runs every case, and has nothing to compare with.
        """
        (look,) = watch.look()

        assert look.said.startswith("small: ")
        assert (look.ran, look.failing, look.changes) == (3, (), ())

    def test_nothing_changed(self, watch):
        """
        Where nothing changed no case is run.
        """
        watch.look()

        (look,) = watch.look()

        assert (look.ran, look.changes) == (0, ())

    def test_rule_changed(self, desk, watch):
        """
        When a rule has changed, each answer that is another is told with its case, before and after.
        """
        watch.look()
        desk.changes = [(ANE, "hemoglobin: below anemia-hemoglobin", "hemoglobin: at least anemia-hemoglobin")]

        (look,) = watch.look()

        told = {(change.about, change.before, change.after) for change in look.changes}
        assert ("ANE-010", "fired", "not fired") in told
        assert ("anemia", "present", "absent") in told
        assert look.failing != ()

    def test_only_what_may_differ(self, desk, watch):
        """
        Cases in which the rule that changed has the outcome that it had are not run again.
        """
        watch.look()
        desk.changes = [(ANE, "hemoglobin: below anemia-hemoglobin", "hemoglobin: at least anemia-hemoglobin")]

        (look,) = watch.look()

        assert look.ran == 2

    def test_taken_back(self, desk, watch):
        """
        When a change is taken back, what is told is the way back.
        """
        watch.look()
        desk.changes = [(ANE, "hemoglobin: below anemia-hemoglobin", "hemoglobin: at least anemia-hemoglobin")]
        (there,) = watch.look()
        desk.changes = []

        (back,) = watch.look()

        assert {(c.case.name, c.about, c.after, c.before) for c in there.changes} == {
            (c.case.name, c.about, c.before, c.after) for c in back.changes
        }
        assert back.failing == ()

    def test_generated(self, desk, watch):
        """
        What changed in the generated cases beside the rules that changed is told apart; they do not fail.
        """
        desk.written = generated_cases()
        (first,) = watch.look()
        desk.changes = [("small/thresholds.yaml", "- {at least: 150}", "- {at least: 160}")]

        (look,) = watch.look()

        assert first.generated == ()
        assert {change.case.rule for change in look.generated} == {"IRN-030"}
        assert ("IRN-030", "fired", "not fired") in {(c.about, c.before, c.after) for c in look.generated}
        assert look.failing == ()

    def test_words_changed(self, desk, watch):
        """
        Where words or profiles changed, which may bear on any rule, generated cases are left to `ferrule test`.
        """
        desk.written = generated_cases()
        watch.look()
        desk.changes = [("vocabulary.yaml", "usual: 30 to 220", "usual: 31 to 220")]

        assert watch.look()[0].generated == ()

    def test_faults(self, desk, watch):
        """
        Faults are told; what was seen before them is compared with what comes after.
        """
        watch.look()
        desk.changes = [(ANE, "status: in-use", "status: active")]
        (faulty,) = watch.look()
        desk.changes = [(ANE, "hemoglobin: below anemia-hemoglobin", "hemoglobin: at least anemia-hemoglobin")]

        (look,) = watch.look()

        assert [fault.line for fault in faulty.faults] == [3]
        assert look.changes != ()

    def test_only_a_case(self, desk, watch):
        """
        When a case was edited it alone is run; one that has only moved in its file is not.
        """
        watch.look()
        first = small.read(small.files())[1][0]
        desk.changes = [(CASES, first.name, "Another name")]

        (look,) = watch.look()

        assert (look.ran, look.changes, look.failing) == (1, (), ())

    def test_rule_removed(self, desk, watch):
        """
        A rule that is not in use any more is not there after.
        """
        watch.look()
        desk.changes = [("small/rules/next/nxt-030-bleeding.yaml", "status: in-use", "status: draft")]

        (look,) = watch.look()

        assert ("NXT-030", "not there") in {(change.about, change.after) for change in look.changes}


class TestOnEachChange:
    def test_holds_still(self):
        """
        It is looked at once at the start, and then when a change is over.
        """
        states = iter("aabcccd")
        seen = []

        def state():
            seen.append(next(states))
            return seen[-1]

        looks = on_each_change(state, lambda: None)

        assert ["".join(seen) for _ in zip(range(2), looks, strict=False)] == ["a", "aabcc"]
