"""`manage.py messages`: bring the Thai texts up to date, merge translations, compile or check them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pmqa import translations


class Command(BaseCommand):
    """Keeps locale/th; needs no gettext tools and no database."""

    help = "Bring locale/th up to date with code and templates, and compile it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what may follow the command."""
        parser.add_argument("--merge", type=Path, help="JSON object {text: translation} to take in")
        parser.add_argument("--compile", action="store_true", help="only compile")
        parser.add_argument("--check", action="store_true", help="fail when a text has no Thai")

    def handle(self, *, merge: Path | None, compile: bool, check: bool, **options: Any) -> None:  # noqa: A002
        """Do what was asked."""
        if compile:
            translations.compile_mo()
        elif check:
            self.check_texts()
        else:
            self.update(merge)

    def check_texts(self) -> None:
        """Fail with one line for each fault."""
        faults = translations.faults(translations.updated())
        if faults:
            raise CommandError("\n".join(faults))

    def update(self, merge: Path | None) -> None:
        """Extract, merge, write, compile; under a lock."""
        with translations.locked():
            catalog = translations.updated()
            unknown = translations.merge(catalog, translations.load(merge)) if merge else []
            translations.write(catalog)
        missing = [
            fault for fault in translations.faults(catalog) if fault.startswith("not translated")
        ]
        self.stderr.write(f"{len(catalog)} texts, {len(missing)} without Thai")
        for text in unknown:
            self.stderr.write(f"stands nowhere: {text!r}")
