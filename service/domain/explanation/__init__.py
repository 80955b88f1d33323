"""
Explaining a decision: what supports a conclusion, what stands between a patient and another one, and other panels.
"""
