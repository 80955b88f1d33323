from __future__ import annotations

import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.web.json_body import BodyError, JsonNumber, join, read_object, write_exact

NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
TEXTS = st.text(max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | TEXTS | NUMBERS.map(JsonNumber),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


class TestReadObject:
    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(st.dictionaries(TEXTS, VALUES, max_size=4))
    def test_reads_what_was_written(self, value):
        """
        Every object comes back as it was, numbers digit by digit.
        """
        assert read_object(write_exact(value)) == value

    @pytest.mark.parametrize("number", ["9.10", "1E5", "-0.0", "1" + 6000 * "0", "1e400", "34.0"])
    def test_keeps_numbers(self, number):
        """
        A number stays the text that was sent, however long or large it is.
        """
        assert read_object(b'{"a":%s}' % number.encode()) == {"a": JsonNumber(number)}

    def test_deepest(self):
        """
        The deepest object that is allowed is read.
        """
        read_object(b'{"a":' * 32 + b"1" + b"}" * 32)

    @pytest.mark.parametrize("text", ["[" * 50, '\\"[{' * 50, "]}" * 50])
    def test_brackets_in_text(self, text):
        """
        Brackets inside of text are text.
        """
        raw = f'{{"a":"{text}"}}'.encode()

        assert read_object(raw) == {"a": text.replace('\\"', '"')}

    @given(st.binary(max_size=60) | st.text(string.printable, max_size=60).map(str.encode))
    def test_refuses_politely(self, raw):
        """
        Whatever the bytes are, they are an object or a refusal with a sentence.
        """
        told = []
        try:
            read_object(raw)
        except BodyError as error:
            told = [fault.detail for fault in error.faults]

        assert all(detail.endswith((".", ".)")) for detail in told)


class TestWriteExact:
    def test_one_sequence_of_bytes(self):
        """
        Order of keys and white space of a request do not change what is recorded of it.
        """
        first = read_object('{ "b": [1.50, "é"],\n "a": null}'.encode())
        second = read_object(b'{"a":null,"b":[1.50,"\\u00e9"]}')

        assert write_exact(first) == write_exact(second) == '{"a":null,"b":[1.50,"é"]}'.encode()


class TestJoin:
    def test_escapes(self):
        """
        A pointer escapes as RFC 6901 says.
        """
        assert join("/x", "a/b~c") == "/x/a~1b~0c"

    def test_long_keys(self):
        """
        A key that is longer than any field's name is not repeated.
        """
        assert join("/x", "a" * 65) == "/x"
