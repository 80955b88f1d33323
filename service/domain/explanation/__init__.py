"""Explaining a decision: what bears on a conclusion, and the questions that are asked about it."""
