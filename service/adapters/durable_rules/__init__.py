"""
The one door to durable-rules: a compiler, an adapter, and every guard it needs.

Nothing else in the program imports the engine. Its documented ``Host`` is never
used; the C module of the same package is driven in a narrow, measured subset.
"""
