"""
Releases that a later program would refuse to publish.
"""

import pytest

from service.adapters.knowledge.release_json import derive
from service.adapters.knowledge.publishing import PublishingFolder
from service.application.ports_releases import Frozen
from service.domain.errors import KnowledgeError, ReleaseError
from service.domain.publication import Act
from tests import small

ACT = Act("2026-11-22T10:00:00Z", "A. Gardener", "The book came out.")
RULE = "small/rules/blood/ida-020-iron.yaml"
REVIEW = "review: {owner: nobody, reviewed: none, next: 2030-01-01}\n"
FIRST = "    - anemia: present\n    - iron-deficiency: present\nthen:\n  conclude: iron-anemia\n  certainty: likely\n"
SECOND = "    - iron-deficiency: absent\nthen:\n  conclude: iron-anemia\n  certainty: unlikely\n"
ONLY_AUTHORS_CARE = [
    pytest.param((RULE, REVIEW, ""), "has no 'review'", id="a review that is missing"),
    pytest.param((RULE, SECOND, FIRST), "the same when and the same then", id="a rule that stands twice"),
    pytest.param((RULE, "next: 2030-01-01", "next: soon"), "is not a date", id="a date that is none"),
    pytest.param((RULE, "supports: true", "supports: false"), "no evidence", id="evidence that is missing"),
    pytest.param(
        (RULE, "    - iron-deficiency: absent\n", "    - iron-deficiency: absent\n    - iron-deficiency: present\n"),
        "never holds together", id="a condition that nobody meets",
    ),
    pytest.param(("vocabulary.yaml", "[4544-3]", "[4554-3]"), "check digit", id="a code that there is not"),
    pytest.param(("vocabulary.yaml", "usual: 30 to", "usual: 3 to"), "usual reaches", id="a usual value out of range"),
]  # fmt: skip


def published(root, *changes):
    """
    Publish what a program published that asked less of authors, and return the folder of releases.
    """
    files = small.changed(*changes)
    frozen = Frozen("small", "0.1.0", files, derive(files, "small", "0.1.0"), small.release(), ())
    releases = PublishingFolder(root / "versions")
    releases.publish(frozen, "A note.\n", ACT)
    return releases


class TestWhatOnlyAuthorsMend:
    @pytest.mark.parametrize(("change", "said"), ONLY_AUTHORS_CARE)
    def test_release_is_read(self, tmp_path, change, said):
        """
        What is asked of authors today takes no release away that was published before.
        """
        with pytest.raises(KnowledgeError, match=said):
            small.read(small.changed(change))

        release = published(tmp_path, change).load("small", "0.1.0")

        assert release.rules.keys() == small.release().rules.keys()
        assert published(tmp_path / "other", change).verify("small", "0.1.0") == release.digest

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            pytest.param(
                (RULE, "iron-deficiency: absent", "iron-loss: absent"), "not in the vocabulary",
                id="a name that there is not",
            ),
            pytest.param(
                ("small/thresholds.yaml", "{age: from 66 a, no limit", "{age: from 70 a, no limit"), "no row for",
                id="a patient without a row",
            ),
            pytest.param(("small/thresholds.yaml", "of: hemoglobin\n    unit: g/L", "of: hemoglobin\n    unit: g/dL"), "does not fit",
                         id="a unit that does not fit"),
        ],
    )  # fmt: skip
    def test_unsafe_release_is_refused(self, tmp_path, change, said):
        """
        What makes a rule set unsafe to run is refused wherever it stands.
        """
        with pytest.raises(ReleaseError, match=said):
            published(tmp_path, change).load("small", "0.1.0")
