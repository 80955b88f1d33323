"""
Explaining a decision: what supports a conclusion, and what stands between a patient and another one.
"""
