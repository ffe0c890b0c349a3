"""What the launcher says to the person who typed `make`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def say(text: str) -> None:
    """Print one line at once; a terminal that was closed meanwhile is no reason to fall over."""
    with suppress(OSError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what begins now, and how long it took."""
    began = time.monotonic()
    say(f"  {title} …")
    yield
    took = time.monotonic() - began
    if took > 1:
        say(f"    done in {took:.1f} s")
