from __future__ import annotations

import threading
import time
from datetime import UTC
from uuid import RFC_4122, UUID

from service.adapters.system import COUNTER_BITS, Uuid7, utc_now, uuid7


class TestUtcNow:
    def test_zone(self):
        """
        The time carries its zone, which is UTC.
        """
        assert utc_now().tzinfo is UTC


class TestUuid7:
    def test_bits(self):
        """
        Version and variant are those of RFC 9562, and the text is the usual one.
        """
        texts = [uuid7() for _ in range(1000)]

        assert {UUID(text).version for text in texts} == {7}
        assert {UUID(text).variant for text in texts} == {RFC_4122}
        assert [str(UUID(text)) for text in texts] == texts

    def test_time(self):
        """
        The first 48 bits are the milliseconds since 1970.
        """
        before = time.time_ns() // 1_000_000
        milliseconds = UUID(Uuid7()()).int >> 80
        after = time.time_ns() // 1_000_000

        assert before <= milliseconds <= after

    def test_order(self):
        """
        Ids sort in the order in which they were made, as text and as numbers, many within one
        millisecond included.
        """
        texts = [uuid7() for _ in range(20_000)]

        assert sorted(texts) == texts
        assert sorted(UUID(text).int for text in texts) == [UUID(text).int for text in texts]
        assert len(set(texts)) == len(texts)

    def test_threads(self):
        """
        Each thread sees its own ids grow, and no id is made twice.
        """
        made: list[list[str]] = [[] for _ in range(8)]

        def make(into: list[str]) -> None:
            into.extend(uuid7() for _ in range(2000))

        threads = [threading.Thread(target=make, args=(into,)) for into in made]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert all(sorted(into) == into for into in made)
        assert len({text for into in made for text in into}) == 16_000

    def test_clock_set_back(self):
        """
        When the clock is set back, ids go on growing from where they were.
        """
        ids = Uuid7()
        first = ids()
        ids._milliseconds += 3_600_000
        ahead = ids()
        then = ids()

        assert first < ahead < then

    def test_counter_full(self):
        """
        A counter that is used up borrows the next millisecond.
        """
        ids = Uuid7()
        ids._milliseconds = time.time_ns() // 1_000_000 + 60_000
        ids._counter = (1 << COUNTER_BITS) - 2
        last, borrowed = ids(), ids()

        assert last < borrowed
        assert (UUID(borrowed).int >> 80) - (UUID(last).int >> 80) == 1

    def test_two_makers(self):
        """
        Two processes with the same counter in the same millisecond still make different ids.
        """
        one, other = Uuid7(), Uuid7()
        one._milliseconds = other._milliseconds = time.time_ns() // 1_000_000 + 60_000

        assert one() != other()
