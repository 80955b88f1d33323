"""Answers questions about other panels with the solver Z3, which runs in a child process."""

from service.adapters.smt.search import SmtSearch

__all__ = ["SmtSearch"]
