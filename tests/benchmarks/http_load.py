"""
Callers: so many at once, each with a connection that it keeps, posting to a real service.
"""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass
from itertools import cycle, islice
from urllib.parse import urlsplit

HEADERS = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Load:
    """
    What the callers saw.

    Attributes:
        seconds: From the first request to the last answer.

        latencies: Of each request, in seconds, sorted.

        failures: Requests that were not answered with 201.
    """

    seconds: float
    latencies: list[float]
    failures: int

    def quantile(self, share: float) -> float:
        """Return the latency that a share of the requests kept within."""
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


def load(address: str, requests: list[bytes], count: int, clients: int) -> Load:
    """
    Post requests.

    Args:
        address: Of the service.

        requests: Bodies, taken in turn.

        count: How many in all.

        clients: How many at once.

    Returns:
        What was seen.
    """
    where = urlsplit(address)
    bodies = list(islice(cycle(requests), count))
    latencies: list[float] = []
    failures: list[int] = []

    def caller(mine: list[bytes]) -> None:
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
        for body in mine:
            started = time.perf_counter()
            connection.request("POST", "/v1/evaluations", body, HEADERS)
            answer = connection.getresponse()
            answer.read()
            latencies.append(time.perf_counter() - started)
            if answer.status != http.client.CREATED:
                failures.append(answer.status)
        connection.close()

    callers = [threading.Thread(target=caller, args=(bodies[place::clients],)) for place in range(clients)]
    started = time.perf_counter()
    for one in callers:
        one.start()
    for one in callers:
        one.join()
    seconds = time.perf_counter() - started
    return Load(seconds, sorted(latencies), len(failures) + count - len(latencies))
