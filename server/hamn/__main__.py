"""`python -m hamn`."""

from __future__ import annotations

from hamn.cli import main

if __name__ == "__main__":
    main()
