"""Answers questions about other panels by trying every cell, through the reference semantics."""

from service.adapters.cells.search import CellSearch

__all__ = ["CellSearch"]
