from __future__ import annotations

import hashlib

import pytest

from service.domain.publication import Act, Manifest, Version, content_digest


class TestVersion:
    def test_order(self):
        """
        Versions are ordered as numbers, not as text.
        """
        texts = ["0.10.0", "0.9.0", "1.0.0", "0.9.10", "0.9.9"]

        assert [str(one) for one in sorted(map(Version.parse, texts))] == [
            "0.9.0",
            "0.9.9",
            "0.9.10",
            "0.10.0",
            "1.0.0",
        ]

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("", id="nothing"),
            pytest.param("0.1", id="two numbers"),
            pytest.param("0.1.0.0", id="four numbers"),
            pytest.param("0.01.0", id="a leading zero, which would be a second name"),
            pytest.param("0.1.0\n", id="a line end"),
            pytest.param("v0.1.0", id="a letter"),
            pytest.param("0.-1.0", id="a sign"),
            pytest.param("0.٣.0", id="a digit of another script"),
            pytest.param("0.1234567.0", id="seven digits"),
            pytest.param("../0.1.0", id="a path"),
        ],
    )
    def test_refused(self, text):
        """
        One version has one spelling; everything else is refused.
        """
        assert not Version.is_one(text)
        with pytest.raises(ValueError, match="is not a version"):
            Version.parse(text)


class TestContentDigest:
    def test_as_sha256sum(self):
        """
        The digest of many files is that of what `sha256sum` prints about them, sorted by path.
        """
        printed = b"bbbb  a.yaml\naaaa  greenhouse/b.yaml\n"

        digest = content_digest({"greenhouse/b.yaml": "aaaa", "a.yaml": "bbbb"})
        assert digest == f"sha256:{hashlib.sha256(printed).hexdigest()}"


class TestManifest:
    def test_content(self):
        """
        The content of a release is its authored files: who published it, when, and the note beside
        it make no difference.
        """
        files = {"knowledge/a.yaml": "aaaa", "NOTES.md": "bbbb", "release.json": "cccc"}
        other = files | {"NOTES.md": "dddd"}

        first = Manifest("greenhouse", "0.1.0", Act("2026-11-22T10:00:00Z", "A", "x"), "", files)
        second = Manifest("greenhouse", "0.2.0", Act("2026-11-23T10:00:00Z", "B", "y"), "eeee", other)
        assert first.content == second.content == content_digest({"a.yaml": "aaaa"})
