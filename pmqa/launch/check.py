"""`make check`: every look at the code that needs no test; all of them run, all faults are shown."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from pmqa.launch.places import PROJECT
from pmqa.launch.terminal import say

CODE = ["pmqa", "agency", "complaints", "surveys", "listening", "tests", "manage.py"]
THROWN_AWAY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
PRODUCTION = {  # only for looking at the production settings; nothing is opened with them
    "DJANGO_SETTINGS_MODULE": "pmqa.settings.prod",
    "DATABASE_URL": "postgresql://portal@localhost/portal",
    "REDIS_URL": "redis://localhost:6379/0",
    "DJANGO_SECRET_KEY": "thrown-away-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKL",
    "DJANGO_ALLOWED_HOSTS": "portal.example",
    "DJANGO_CSRF_TRUSTED_ORIGINS": "https://portal.example",
    "PERSON_KEYS": f"k1:{THROWN_AWAY}",
    "PERSON_INDEX_KEY": THROWN_AWAY,
    "EMAIL_HOST": "mail.example",
    "PORTAL_URL": "https://portal.example",
}


@dataclass(frozen=True)
class Look:
    """One tool, called one way."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


def main() -> None:
    """Run every look, two at a time, and fail if one does."""
    chosen = [look for look in looks() if not sys.argv[1:] or look.name in sys.argv[1:]]
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = list(pool.map(take, chosen))
    failed = [look.name for look, passed in zip(chosen, outcomes, strict=True) if not passed]
    if failed:
        raise SystemExit(f"make check failed: {', '.join(failed)}")
    say("make check passed")


def looks() -> list[Look]:
    """Return all looks, the slow ones first."""
    manage = [sys.executable, "manage.py"]
    return [
        Look("types", module("mypy")),
        Look("migrations", [*manage, "makemigrations", "--check", "--dry-run"]),
        Look("production", [*manage, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        Look("translations", [*manage, "messages", "--check"]),
        Look("floors", call("importlinter.cli", "lint_imports_command")),
        Look("dependencies", module("deptry", ".")),
        Look("template lint", module("djlint", "templates", "--lint", "--quiet")),
        Look("template style", [*program("djade"), "--check", *templates()]),
        Look("style", module("ruff", "check", "--no-fix", *CODE)),
        Look("format", module("ruff", "format", "--check", *CODE)),
    ]


def module(name: str, *arguments: str) -> list[str]:
    """Call a tool as a module, since a script's first line breaks when the folder moves."""
    return [sys.executable, "-m", name, *arguments]


def call(module_name: str, function: str) -> list[str]:
    """Call a tool that is only a function."""
    return [sys.executable, "-c", f"from {module_name} import {function} as main; main()"]


def program(name: str) -> list[str]:
    """Call a tool that is only a program, out of our environment."""
    return [shutil.which(name, path=str(Path(sys.executable).parent)) or name]


def templates() -> Iterator[str]:
    """Yield every page and mail template."""
    return (
        str(path.relative_to(PROJECT)) for path in sorted((PROJECT / "templates").rglob("*.html"))
    )


def take(look: Look) -> bool:
    """Run one look; show what it said if it found a fault."""
    began = time.monotonic()
    done = subprocess.run(
        look.command,
        cwd=PROJECT,
        env=os.environ | look.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    passed = done.returncode == 0
    said = "" if passed else f"\n{done.stdout}"
    say(f"{'ok    ' if passed else 'FAILED'} {look.name} ({time.monotonic() - began:.1f} s){said}")
    return passed


if __name__ == "__main__":
    main()
