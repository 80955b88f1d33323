"""
How Hypothesis draws, in every test.

In the suite it draws the same each time, so that a change that is not at fault never turns it red;
``HYPOTHESIS_PROFILE=long`` draws anew, and twenty times as much.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A busy machine is slow, and a panel is large: neither says anything about the test.
UNDISTURBED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}

settings.register_profile("suite", max_examples=100, derandomize=True, **UNDISTURBED)
settings.register_profile("long", max_examples=2000, print_blob=True, **UNDISTURBED)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))
