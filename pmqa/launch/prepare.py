"""Brings database and static files up to date: `python -m pmqa.launch.prepare [--demo]`.

One process for all steps, since starting Django costs more than most of them.
"""

import hashlib
import io
import os
import sys
from pathlib import Path

import django
from django.core.management import call_command

from pmqa.launch import LaunchError, keys
from pmqa.launch.engines import engines_in_environment
from pmqa.launch.places import make_var, var_folder
from pmqa.launch.terminal import say, step


def main() -> None:
    """Do every step that is due; each may be repeated."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmqa.settings")
    var = var_folder()
    try:
        make_var(var)
        keys.provide(var)
        with engines_in_environment(var):
            django.setup()
            bring_up_to_date(demo="--demo" in sys.argv)
    except LaunchError as error:
        raise SystemExit(str(error)) from None


def bring_up_to_date(*, demo: bool) -> None:
    """Run the steps, saying each."""
    with step("Database"):
        call_command("migrate", interactive=False, verbosity=0)
    with step("Reference data"):
        call_command("seed", stdout=io.StringIO(), stderr=io.StringIO())
    with step("Static files"):
        collect_static()
    if demo:
        load_demo()
        say("Demo log-ins (role, name, password):")
        call_command("demo", logins=True)


def load_demo() -> None:
    """Load the demo agency where there is no data yet; the command says how far it is."""
    from pmqa.demo import loading  # noqa: PLC0415

    if loading.is_empty():
        with step("Demo agency: three years of fictional data, only this first time"):
            call_command("demo", if_empty=True, stdout=io.StringIO())


def collect_static() -> None:
    """Collect, hash and compress the static files when any of them changed."""
    from django.conf import settings  # noqa: PLC0415

    made_from = Path(settings.STATIC_ROOT) / ".made-from"
    stamp = static_stamp()
    if made_from.exists() and made_from.read_text() == stamp:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    made_from.write_text(stamp)


def static_stamp() -> str:
    """Return a name for all static files, by path, size and time."""
    from django.contrib.staticfiles.finders import get_finders  # noqa: PLC0415

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            entry = Path(storage.path(name)).stat()
            digest.update(f"{name}|{entry.st_size}|{entry.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
