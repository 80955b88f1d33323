import pytest

from service.application import catalog
from service.application.catalog import Catalog
from service.domain.errors import ReleaseNotFoundError, ReleaseTamperedError
from tests import small


class Versions:
    """
    Many versions of one release, which counts how often each is loaded.
    """

    def __init__(self, *rulesets: str, count: int = 30) -> None:
        self.names, self.count, self.loaded = rulesets, count, []

    def rulesets(self) -> tuple[str, ...]:
        return self.names

    def versions(self, ruleset: str) -> tuple[str, ...]:
        return tuple(f"0.{number}.0" for number in range(self.count))

    def load(self, ruleset: str, version: str):
        self.loaded.append(version)
        return small.release()


class Engine:
    """
    An engine that knows whether it was closed.
    """

    def __init__(self, release) -> None:
        self.closed = False

    def close(self) -> None:
        self.closed = True


class TestChoose:
    def test_newest(self):
        """
        Without a version the newest is chosen, and the only rule set where none is named.
        """
        source = Versions("small")

        Catalog(source, Engine).choose(None, None)

        assert source.loaded == ["0.29.0"]

    def test_loaded_once(self):
        """
        A release is verified and compiled once, and the same engine is used again.
        """
        source = Versions("small")
        chosen = Catalog(source, Engine)

        assert chosen.choose("small", "0.1.0").engine is chosen.choose("small", "0.1.0").engine
        assert source.loaded == ["0.1.0"]

    @pytest.mark.parametrize(
        ("rulesets", "ruleset", "version", "words"),
        [
            pytest.param(["small"], "smal", None, "smal is not a known release; known: small.", id="rule set"),
            pytest.param(
                ["small"], "small", "9.9.9", "small 9.9.9 is not a known release; known: 0.0.0, 0.1.0.", id="version"
            ),
            pytest.param([], None, None, "No rule set is published yet.", id="none published"),
            pytest.param(["a", "b"], None, None, "Name one rule set: a, b.", id="several"),
        ],
    )
    def test_unknown(self, rulesets, ruleset, version, words):
        """
        What is not there is refused, with what is.
        """
        with pytest.raises(ReleaseNotFoundError) as caught:
            Catalog(Versions(*rulesets, count=2), Engine).choose(ruleset, version)

        assert str(caught.value) == words

    @pytest.mark.parametrize("asked", [None, "0.0.0"])
    def test_never_back(self, asked):
        """
        When the newest version is not there any more, nothing older takes its place, whichever was asked for
        before; when it is there again, all is as before.
        """
        source = Versions("small", count=3)
        chosen = Catalog(source, Engine)
        chosen.choose("small", asked)
        source.count = 2

        with pytest.raises(ReleaseTamperedError, match=r"small/0\.2\.0 .* nothing older takes its place"):
            chosen.choose("small", None)
        source.count = 3
        chosen.choose(None, None)
        assert source.loaded[-1] == "0.2.0"

    def test_rule_set_gone(self):
        """
        A rule set that is not there any more is not unknown, and no other becomes the only one.
        """
        source = Versions("other", "small", count=2)
        chosen = Catalog(source, Engine)
        chosen.choose("small", None)
        source.names = ("other",)

        with pytest.raises(ReleaseTamperedError, match=r"small/0\.1\.0"):
            chosen.choose(None, None)

    def test_newer(self):
        """
        A version that is published meanwhile is the newest from then on.
        """
        source = Versions("small", count=2)
        chosen = Catalog(source, Engine)
        chosen.choose("small", None)
        source.count = 3

        chosen.choose("small", None)
        assert source.loaded == ["0.1.0", "0.2.0"]
        assert chosen.in_use() == (("small", "0.1.0"), ("small", "0.2.0"))

    def test_keeps_few(self):
        """
        Of many releases the latest used are kept; the engine of one that is dropped is closed.
        """
        source = Versions("small", count=catalog.KEPT + 2)
        chosen = Catalog(source, Engine)
        first = chosen.choose("small", "0.0.0").engine
        second = chosen.choose("small", "0.1.0").engine
        for number in range(2, catalog.KEPT):
            chosen.choose("small", f"0.{number}.0")

        chosen.choose("small", "0.0.0")
        chosen.choose("small", f"0.{catalog.KEPT}.0")

        assert (first.closed, second.closed) == (False, True)
        assert source.loaded.count("0.0.0") == 1
