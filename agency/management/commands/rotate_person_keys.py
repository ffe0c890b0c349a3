"""`manage.py rotate_person_keys`: encrypt national IDs anew under the first of PERSON_KEYS."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from agency import crypto, persons


class Command(BaseCommand):
    """Works in batches while the portal runs; stopped half-way, the next run does the rest."""

    help = "Encrypt all national IDs anew under the first key of PERSON_KEYS."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the size of a batch."""
        parser.add_argument("--batch", type=int, default=500, help="rows per transaction")

    def handle(self, *args: Any, batch: int, **options: Any) -> None:
        """Go through all persons; the count goes to stdout as JSON."""
        count, last = persons.reseal_batch(after=0, limit=batch)
        total = count
        while last:
            count, last = persons.reseal_batch(after=last, limit=batch)
            total += count
        self.stderr.write(f"Encrypted {total} national IDs under the key {crypto.first_key_id()}.")
        self.stdout.write(json.dumps({"key": crypto.first_key_id(), "rotated": total}))
