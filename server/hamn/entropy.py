"""The one place that draws chance."""

from __future__ import annotations

import secrets


class SystemEntropy:
    """The operating system's generator."""

    def bytes(self, count: int) -> bytes:
        return secrets.token_bytes(count)
