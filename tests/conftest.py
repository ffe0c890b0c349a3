"""What all tests share: real engines, started once for every process of a run."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import django
import pytest
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from pmqa.launch.engines import engines_in_environment
from pmqa.launch.places import PROJECT

pytest_plugins = [
    "tests.fixtures.database",
    "tests.fixtures.engines",
    "tests.fixtures.smtp",
    "tests.fixtures.celery_process",
    "tests.fixtures.chromium",
]

os.environ.setdefault("VAR", str(PROJECT / "var" / "test"))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the thread of the tests

hypothesis_settings.register_profile("portal", deadline=None, derandomize=True)
hypothesis_settings.load_profile("portal")  # the same examples each time, however slow the machine

engines = ExitStack()
engines.enter_context(engines_in_environment(Path(os.environ["VAR"]), careless=True))
django.setup()  # now, because conftest files of the apps import models


def redis_of_worker(number: int) -> str:
    """Return the Redis database of one test process; its queue takes the next one."""
    address, _, _ = os.environ["REDIS_URL"].partition("?")
    return f"{address}?db={2 * number + 4}"


def pytest_xdist_setupnodes(specs: list[Any]) -> None:
    """Give each test process a Redis database of its own; PostgreSQL's come from pytest-django."""
    for number, spec in enumerate(specs):
        spec.env["REDIS_URL"] = redis_of_worker(number)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, and put each such test on the end: it is slow and shows less."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Keep how the run ended, for tests.unsteady: one that broke off must not count as few failures."""
    if session.config.cache and not hasattr(session.config, "workerinput"):
        session.config.cache.set("portal/ended", int(exitstatus))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the engines, after the last test process."""
    engines.close()


@pytest.fixture
def redis_url(empty_queue: None) -> str:
    """The Redis database of this test process, empty."""
    return os.environ["REDIS_URL"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, migrated_template: str
) -> Iterator[None]:
    """Copy the migrated template, and drop the copy at the end even if a killed process still holds it."""
    from django.db import connection
    from django.db.backends.postgresql.creation import DatabaseCreation

    def drop(self: DatabaseCreation, test_database_name: str, verbosity: int) -> None:
        name = self.connection.ops.quote_name(test_database_name)
        with self._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseCreation, "_destroy_test_db", drop)
        patch.setitem(connection.settings_dict["TEST"], "TEMPLATE", migrated_template)
        yield


@pytest.fixture(autouse=True, scope="session")
def flush_past_the_write_protection() -> Iterator[None]:
    """Let the clean-up after a transactional test truncate the audit trail, which nobody else may."""
    import pgtrigger
    from django.test import TransactionTestCase

    tear_down = TransactionTestCase._fixture_teardown

    def unprotected(self: TransactionTestCase) -> None:
        with pgtrigger.ignore():
            tear_down(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", unprotected)
        yield


@pytest.fixture
def english() -> Iterator[None]:
    """Let sentences be read as they stand in the code."""
    with translation.override("en"):
        yield
