from service.domain.missing import missing
from tests import small

MAN = {"age": "40 a", "sex": "male"}


class TestMissing:
    def entries(self, **said) -> dict[str, tuple[tuple[str, ...], ...]]:
        return {one.name: one.tests for one in missing(small.decide(**said))}

    def test_alternatives(self):
        """
        For an undecided finding each test that could decide it is named, the easiest first.
        """
        assert self.entries(**MAN, hemoglobin="100 g/L") == {
            "iron-deficiency": (("ferritin",), ("saturation", "bleeding", "target-cells")),
            "inflammation": (("crp",),),
        }

    def test_gray_zone(self):
        """
        Between two limits the finding that tells them apart is asked for, not the result again.
        """
        found = self.entries(
            **MAN, hemoglobin="100 g/L", ferritin="40 ug/L", complete=["history", "film"], saturation="30 %"
        )

        assert found == {"inflammation": (("crp",),)}

    def test_scope(self):
        """
        Where the scope is unknown, what decides it is asked for and nothing else.
        """
        assert self.entries(hemoglobin="100 g/L") == {"scope": (("age",),)}

    def test_not_applicable(self):
        """
        Outside the scope nothing is asked for.
        """
        assert self.entries(age="3 mo") == {}

    def test_who_it_is(self):
        """
        Sex and pregnancy are asked for where they tell limits apart, and only then.
        """
        assert self.entries(age="40 a", hemoglobin="125 g/L")["anemia"] == (("pregnancy", "sex"),)
        assert "anemia" not in self.entries(age="40 a", hemoglobin="90 g/L")

    def test_weaker_claims_do_not_matter(self):
        """
        A claim that could not change its conclusion is not waited for.
        """
        found = self.entries(**MAN, hemoglobin="150 g/L", ferritin="40 ug/L")

        assert "blood-disorder" not in found
