"""
The clock and the ids of this machine.
"""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime

COUNTER_BITS = 42
"""Bits 84 to 43 of RFC 9562's rand_a and rand_b, used as a counter (its section 6.2, method 1)."""

TAIL_BITS = 32
"""Bits that stay random in every id, so that two processes do not make the same one."""


def utc_now() -> datetime:
    """
    Tell the time.

    Returns:
        Now, in UTC.
    """
    return datetime.now(UTC)


class Uuid7:
    """
    Makes ids of UUID version 7, each greater than the one before it.

    The order holds within this process, across threads and when the clock is set back.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = 0
        self._counter = 0

    def __call__(self) -> str:
        """
        Make an id.

        Returns:
            A UUID version 7 as RFC 9562 writes it, in lower case.
        """
        with self._lock:
            self._advance(time.time_ns() // 1_000_000)
            milliseconds, counter = self._milliseconds, self._counter
        value = milliseconds << 80
        value |= 0b0111 << 76
        value |= (counter >> 30) << 64
        value |= 0b10 << 62
        value |= (counter & ((1 << 30) - 1)) << TAIL_BITS
        value |= _random_bits(TAIL_BITS)
        text = f"{value:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def _advance(self, now: int) -> None:
        if now > self._milliseconds:
            self._milliseconds = now
        elif self._counter + 1 < 1 << COUNTER_BITS:
            self._counter += 1
            return
        else:
            self._milliseconds += 1
        # The topmost bit starts as 0 and leaves the counter room for 2**41 ids in one millisecond.
        self._counter = _random_bits(COUNTER_BITS - 1)


def _random_bits(count: int) -> int:
    return int.from_bytes(os.urandom(8)) >> (64 - count)


uuid7 = Uuid7()
"""The ids of this process."""
