from __future__ import annotations

from hypothesis import settings

# Figures are for benchmarks: a test may take its time on a busy machine.
settings.register_profile("tocsin", deadline=None)
settings.load_profile("tocsin")
