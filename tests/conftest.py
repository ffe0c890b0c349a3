"""What all tests share: real engines, started once for every process of a run."""

import os
from contextlib import ExitStack
from pathlib import Path

import django
import pytest

from pmqa.launch.engines import engines_in_environment
from pmqa.launch.places import PROJECT

pytest_plugins: list[str] = []

os.environ.setdefault("VAR", str(PROJECT / "var" / "test"))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the thread of the tests

engines = ExitStack()
engines.enter_context(engines_in_environment(Path(os.environ["VAR"]), careless=True))
django.setup()  # now, because conftest files of the apps import models


def redis_of_worker(number: int) -> str:
    """Return the address of the two Redis databases of one test process."""
    address, _, _ = os.environ["REDIS_URL"].partition("?")
    return f"{address}?db={2 * number + 4}"


def pytest_xdist_setupnodes(specs: list) -> None:
    """Give each test process a Redis database of its own; PostgreSQL's come from pytest-django."""
    for number, spec in enumerate(specs):
        spec.env["REDIS_URL"] = redis_of_worker(number)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the engines, after the last test process."""
    engines.close()
