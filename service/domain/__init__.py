"""The rule language and its meaning: standard library only, no I/O, no clock."""
