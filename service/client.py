"""
A client of the service, in one file that may be copied: it needs requests and nothing of ours.

>>> client = Client("http://127.0.0.1:8000")
>>> answer = client.evaluate({"patient": {...}, "results": [...]})  # doctest: +SKIP
>>> for conclusion in answer["conclusions"]:  # doctest: +SKIP
...     print(conclusion["title"], conclusion["certainty"], conclusion["because"])

Every evaluation carries an idempotency key, so that a request whose answer was lost can be
sent again without being evaluated twice; the client does so by itself, a few times.
"""

from __future__ import annotations

import json
import random
import time
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import requests

if TYPE_CHECKING:
    from collections.abc import Mapping

RETRIED = frozenset({429, 502, 503, 504})
"""Statuses after which the same request may succeed."""

LONGEST_WAIT = 30.0
"""Seconds between two attempts, at most, whatever the server asks for."""

LOST = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
"""No answer, or half of one; the request may have arrived, and its key makes it safe to send again."""


class FerruleError(Exception):
    """Superclass of what this client raises; raised itself when there was no answer, or none of a Ferrule service."""


class FerruleProblem(FerruleError):  # noqa: N818 - RFC 9457 calls it a problem
    """
    The service refused, or could not.

    Attributes:
        status: HTTP status.

        type: Kind of problem, an address that the service answers.

        title: The same for every problem of the kind.

        detail: What is particular to this one.

        errors: Where: pointer, code and detail each.

        body: The whole problem.
    """

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        self.status, self.body = status, dict(body)
        self.type = str(body.get("type", "about:blank"))
        self.title = str(body.get("title", ""))
        self.detail = str(body.get("detail", ""))
        told = body.get("errors")
        self.errors: list[dict[str, str]] = [
            error for error in (told if isinstance(told, list) else ()) if isinstance(error, dict)
        ]
        places = "".join(f"\n  {_place(error)}: {error.get('detail')}" for error in self.errors)
        super().__init__(f"{status} {self.title}: {self.detail}{places}")


@dataclass
class Client:
    """
    Talks to one service.

    Attributes:
        base_url: For example ``http://127.0.0.1:8000``.

        timeout: Seconds to wait for an answer.

        attempts: How often a request is sent at most.

        wait: Seconds before the second attempt; doubled for each further one.

        session: Connections, certificates and proxies.
    """

    base_url: str
    timeout: float = 10.0
    attempts: int = 4
    wait: float = 0.2
    session: requests.Session = field(default_factory=requests.Session, repr=False)

    def evaluate(
        self, panel: Mapping[str, Any], *, idempotency_key: str | None = None, trace: str = "chain"
    ) -> dict[str, Any]:
        """
        Evaluate a panel.

        Args:
            panel: The request; a number is an int, a Decimal, or a float as Python prints it. With
                ``profiles`` the first is answered in full, and ``compared`` says in what the others differ.

            idempotency_key: Of this request; a new one by default.

            trace: ``chain``, ``full`` or ``none``.

        Returns:
            The decision, which is recorded.

        Raises:
            FerruleProblem: If it was refused; `errors` says where.

            FerruleError: If there was no answer in all attempts, or the request cannot be sent.

            TypeError, ValueError: If the panel cannot be written; see `to_json`.
        """
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": idempotency_key or str(uuid.uuid4()),
        }
        return self._send("POST", f"/v1/evaluations?trace={quote(trace)}", headers, to_json(panel))

    def evaluation(self, evaluation_id: str, *, trace: str | None = None) -> dict[str, Any]:
        """Return an evaluation as it was answered, or with as much of its trace as asked for."""
        query = "" if trace is None else f"?trace={quote(trace)}"
        return self._send("GET", f"/v1/evaluations/{quote(evaluation_id, safe='')}{query}")

    def rulesets(self) -> list[dict[str, Any]]:
        """Return the published rule sets."""
        found = self._send("GET", "/v1/rulesets").get("rulesets")
        if not isinstance(found, list):
            raise FerruleError(f"{self.base_url} did not list rule sets; is it a Ferrule service?")
        return found

    def rule(self, ruleset: str, version: str, rule: str) -> dict[str, Any]:
        """Return a rule with its numbers filled in."""
        names = (quote(name, safe="") for name in (ruleset, version, rule))
        return self._send("GET", "/v1/rulesets/{}/versions/{}/rules/{}".format(*names))

    def _send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> dict[str, Any]:
        accept = {"Accept": "application/json, application/problem+json"}
        for attempt in range(1, self.attempts + 1):
            pause = self.wait * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - spreads retries
            last = attempt == self.attempts
            try:
                response = self.session.request(
                    method,
                    self.base_url.rstrip("/") + path,
                    headers={**accept, **(headers or {})},
                    data=body,
                    timeout=self.timeout,
                    allow_redirects=False,
                )
            except LOST as error:
                if last:
                    message = f"{self.base_url} gave no answer in {attempt} attempts."
                    raise FerruleError(message) from error
            except (requests.RequestException, UnicodeError) as error:
                raise FerruleError(f"A request to {self.base_url} came to nothing: {error}") from error
            else:
                if response.ok:
                    return _object(response)
                if last or response.status_code not in RETRIED:
                    raise FerruleProblem(response.status_code, _problem(response))
                pause = max(pause, _asked(response))
            time.sleep(min(pause, LONGEST_WAIT))
        message = "attempts must be at least 1."
        raise FerruleError(message)


def to_json(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """
    Write JSON with every number exactly as it is.

    Args:
        value: Objects, lists, text, booleans, None, int, float, Decimal.

    Returns:
        UTF-8; a Decimal is a number, with all of its digits.

    Raises:
        ValueError: If a number is NaN or infinite.

        TypeError: If something else is inside.
    """
    return _written(value).encode()


def _written(value: Any) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            message = "A key of a JSON object is text."
            raise TypeError(message)
        return "{" + ",".join(f"{json.dumps(k)}:{_written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_written(item) for item in value) + "]"
    if isinstance(value, Decimal):
        if not value.is_finite():
            message = f"{value} is not a JSON number; leave the result out."
            raise ValueError(message)
        return format(value, "f")
    return json.dumps(value, allow_nan=False)


def _object(response: requests.Response) -> dict[str, Any]:
    message = f"{response.url} did not answer a JSON object; is it a Ferrule service?"
    try:
        body = response.json()
    except ValueError as error:
        raise FerruleError(message) from error
    if not isinstance(body, dict):
        raise FerruleError(message)
    return body


def _problem(response: requests.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {"title": response.reason or "no problem was told"}


def _asked(response: requests.Response) -> float:
    asked = response.headers.get("Retry-After", "")
    return float(asked) if asked.isdecimal() else 0.0


def _place(error: Mapping[str, str]) -> str:
    return next(
        (str(error[kind]) for kind in ("pointer", "parameter", "header", "check") if error.get(kind)),
        "the request",
    )
