"""`python -m tests.unsteady`: runs the few tests that failed once more by themselves, and names what passes then.

For continuous integration only: there a crowded machine must not hide whether the code is right. A test
that is named here has to be mended all the same.
"""

import json
import subprocess
import sys
from typing import Any

from pmqa.launch.places import PROJECT
from pmqa.launch.terminal import say

MOST = 3
TESTS_FAILED = 1  # pytest's own: the run went to its end, and some failed
KEPT = PROJECT / ".pytest_cache" / "v"


def main() -> int:
    """Return 0 if the run went to its end, at most three tests had failed, and all of them pass now."""
    failed = sorted(kept("cache/lastfailed") or [])
    if kept("portal/ended") != TESTS_FAILED or not 0 < len(failed) <= MOST:
        say(f"{len(failed)} tests failed or the run broke off: nothing is run again")
        return 1
    say(f"once more by themselves: {', '.join(failed)}")
    done = subprocess.run([sys.executable, "-m", "pytest", *failed], cwd=PROJECT, check=False)
    if done.returncode == 0:
        say(f"UNSTEADY, to be mended: {', '.join(failed)}")
    return done.returncode


def kept(name: str) -> Any:
    """Return what pytest kept of its last run under that name."""
    path = KEPT / name
    return json.loads(path.read_text()) if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
