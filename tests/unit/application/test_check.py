from dataclasses import replace
from datetime import date

from service.application.check import check
from service.domain.errors import EngineLimitError, KnowledgeError, Problem
from tests import small

TODAY = date(2026, 11, 22)


class Shelf:
    def __init__(self, given):
        self.given = given

    def rulesets(self):
        return tuple(self.given)

    def release(self, ruleset, version, digest):
        if isinstance(self.given[ruleset], Exception):
            raise self.given[ruleset]
        return self.given[ruleset]

    def generated(self, release, rules=None):
        return ()

    def files(self, ruleset):
        return {}


class Compiled:
    def __init__(self, release):
        if len(release.rules) == 1:
            raise EngineLimitError("slots", 2, 3)

    def close(self):
        pass


class TestCheck:
    def test_each_rule_set(self):
        """
        A rule set with faults does not keep the next one from being read.
        """
        fault = Problem("knowledge/other/ruleset.yaml", 1, 1, "ruleset.yaml has no 'id'.")
        read = small.read(small.files())

        found = check(Shelf({"other": KnowledgeError([fault]), "small": read}), Compiled, None, TODAY, "knowledge")

        assert [(one.ruleset, one.faults, bool(one.summary)) for one in found] == [
            ("other", (fault,), False),
            ("small", (), True),
        ]

    def test_reviewed_in_the_future(self):
        """
        A day of review that is still to come is a fault.
        """
        path = "small/rules/blood/irn-010-low-ferritin.yaml"
        read = small.read(small.changed((path, "reviewed: none", "reviewed: Ada Byron on 2027-01-02")))

        (found,) = check(Shelf({"small": read}), Compiled, None, TODAY, "knowledge")

        assert [(one.file, one.message) for one in found.faults] == [
            (path, "IRN-010 was reviewed on 2027-01-02, which is still to come; correct the day.")
        ]

    def test_engine_limit(self):
        """
        A rule set that the engine cannot hold is remarked upon.
        """
        release, cases = small.read(small.files())
        one = replace(release, rules={"ANE-010": release.rules["ANE-010"]})

        (found,) = check(Shelf({"small": (one, cases)}), Compiled, None, TODAY, "knowledge")

        assert [remark.partition(".")[0] for remark in found.remarks] == [
            "small: The engine's limit of 2 slots is exceeded: 3"
        ]
        assert found.summary == ""

    def test_never_fired(self):
        """
        A rule that has cases, none of which says that it must hold, is remarked upon.
        """
        path = "small/rules/blood/ane-010-anemia.cases.yaml"
        read = small.read(small.changed((path, "      fired: [ANE-010]\n", "")))

        (found,) = check(Shelf({"small": read}), Compiled, None, TODAY, "knowledge")

        assert [remark for remark in found.remarks if "ANE-010" in remark] == [
            "small/rules/blood/ane-010-anemia.yaml: no case has ANE-010 under 'fired'; write one for whom it holds"
        ]
