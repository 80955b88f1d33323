"""
Explanations as they are answered: nodes with their facts, sentences, texts and drawings.
"""
