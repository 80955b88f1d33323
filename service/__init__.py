"""
Ferrule: a rules-engine microservice for the evaluation of microcytic anemia.
"""

__version__ = "0.1.0"
