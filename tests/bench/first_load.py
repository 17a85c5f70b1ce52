"""What the visitor's page names to be loaded at once, and how many bytes of it cross the line."""

from __future__ import annotations

import re
import urllib.request


def paths_at_once(page: str) -> set[str]:
    """The files that a browser fetches of its own accord; what comes later is named otherwise."""
    tags = re.findall(r"<(?:link|script)\b[^>]*>", page)
    at_once = "".join(tag for tag in tags if 'rel="alternate"' not in tag)
    return set(re.findall(r'(?:href|src)="(/s/[^"]+)"', at_once))


def first_load(port: int) -> int:
    """Bytes of everything that the visitor's page loads up to the open chat, as Chromium asks."""
    base = f"http://localhost:{port}"
    paths = paths_at_once(fetched(base + "/").decode())
    return sum(transferred(base + path) for path in ("/", *paths))


def fetched(url: str) -> bytes:
    """A body as it is."""
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - loopback only
        body: bytes = answer.read()
    return body


def transferred(url: str) -> int:
    """How many bytes of body cross the line to a browser of today."""
    asked = urllib.request.Request(url, headers={"Accept-Encoding": "br, gzip"})  # noqa: S310
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 - loopback only
        return len(answer.read())
