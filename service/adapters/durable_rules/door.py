"""
Importing the engine's C module, or saying in one sentence how to get it.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from service.domain.errors import EngineUnavailableError

REMEDY = (
    "Run 'make install', or build it by hand: CPPFLAGS='-DPyEval_CallObject=PyObject_CallObject' "
    "pip install --force-reinstall --no-binary durable-rules durable-rules==2.0.28"
)


NAME = "durable-rules"


def engine_name() -> str:
    """Return the engine's name and version, for the record."""
    try:
        return f"{NAME} {version(NAME)}"
    except PackageNotFoundError:
        # Nothing is decided without it: `open_engine` says so when it is needed.
        return f"{NAME} (not installed)"


def open_engine() -> Any:  # noqa: ANN401 - the C module has no types
    """
    Import ``durable_rules_engine``.

    Returns:
        The C module. ``durable.engine`` is never imported: it starts timer
        threads, swallows errors, and its clean-up kills the process.

    Raises:
        EngineUnavailableError: If it is missing, or was built without the
            flags that Python 3.13 and later need; the message names the remedy.
    """
    try:
        import durable_rules_engine
    except ImportError as error:
        why = (
            "durable-rules is installed but was built without the flag that this Python needs"
            if "undefined symbol" in str(error)
            else "durable-rules is not installed"
        )
        message = f"{why} ({error}). {REMEDY}"
        raise EngineUnavailableError(message) from None
    return durable_rules_engine
