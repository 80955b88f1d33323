"""Authored knowledge: strict YAML files, and the releases made of them."""
