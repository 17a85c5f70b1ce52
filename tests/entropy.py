"""Chance that is the same in every run."""

from __future__ import annotations

import random


class SeededEntropy:
    """See `hamn.app.ports.Entropy`; for tests alone."""

    def __init__(self, seed: int = 1) -> None:
        self._chance = random.Random(seed)

    def bytes(self, count: int) -> bytes:
        return self._chance.randbytes(count)
