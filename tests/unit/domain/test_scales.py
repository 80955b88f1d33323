from service.domain.scales import Certainty, Urgency


class TestScales:
    def test_force(self):
        """
        Certainties weigh 3, 2 or 1, and speak for or against.
        """
        assert [(one.value, one.force, one.is_for) for one in Certainty] == [
            ("confirmed", 3, True),
            ("likely", 2, True),
            ("possible", 1, True),
            ("unlikely", 2, False),
            ("excluded", 3, False),
        ]

    def test_urgency(self):
        """
        The sooner urgency is the smaller one, and reads as in the language.
        """
        assert [urgency.word for urgency in sorted(Urgency)] == ["emergency", "same-day", "urgent", "soon", "routine"]
