import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.application.canonical import canonical_json

documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


class TestCanonicalJson:
    @given(documents)
    def test_reads_back(self, value):
        """
        A document reads back as it was, and has one form however its keys stood.
        """
        written = canonical_json(value)
        again = json.loads(written)

        assert again == value
        assert canonical_json(again) == written

    def test_order_of_keys(self):
        """
        Keys stand in the order of UTF-16 code units, as RFC 8785 prints it, at every depth.
        """
        keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]

        written = canonical_json({"z": dict.fromkeys(keys, 1), "a": []})

        ordered = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
        assert written.startswith(b'{"a":[],"z":')
        assert list(json.loads(written)["z"]) == ordered

    def test_no_white_space(self):
        """
        There is one sequence of bytes: no white space, and characters as they are.
        """
        assert canonical_json({"b": [1, "\u00e4"], "a": None}) == '{"a":null,"b":[1,"\u00e4"]}'.encode()

    @pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, float("nan"), (1.0,)])
    def test_refuses_floats(self, value):
        """
        A floating-point number has no canonical form here; measured numbers are text.
        """
        with pytest.raises(TypeError, match="write measured numbers as text"):
            canonical_json(value)
