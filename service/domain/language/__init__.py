"""The readers of the rule language: from trees of text to the domain, all faults at once."""
