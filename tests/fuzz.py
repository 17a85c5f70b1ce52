"""Ten minutes of new input for every parser: the properties of `asc1` and `edge`, again and again.

Each round runs them in a fresh process with new chance and many more examples than `make test`.
The first failure ends it; Hypothesis prints how to repeat it and keeps the example for later runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

SECONDS = 600
PLACES = ("tests/asc1", "tests/edge")


def one_round() -> int:
    """Run every property once; the exit status of the run."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--timeout=0"]
    properties = ["-m", "hypothesis and not browser and not fault"]
    environment = os.environ | {"HYPOTHESIS_PROFILE": "fuzz"}
    return subprocess.run([*command, *properties, *PLACES], env=environment, check=False).returncode


def main() -> int:
    until = time.monotonic() + SECONDS
    rounds = 0
    while time.monotonic() < until:
        status = one_round()
        if status != 0:
            return status
        rounds += 1
    print(f"{rounds} rounds, nothing broke.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
