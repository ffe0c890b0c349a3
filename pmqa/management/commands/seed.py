"""`manage.py seed`: reference data that every installation needs."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from agency import seeds
from complaints.lifecycle import seeding
from listening.lifecycle import erasing, rule_sets
from listening.lifecycle import seeding as listening
from pmqa.assessment import lifecycle as assessment
from surveys.lifecycle import seeding as bank


class Command(BaseCommand):
    """Adds what is missing and leaves alone what is there, however often it runs."""

    help = "Add the reference data that every installation needs: calendar, channels, policies…"

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed floor by floor; what the ground floor got goes to stdout as JSON, sentences to stderr."""
        at = timezone.now()
        added = seeds.seed(at)
        seeding.seed(at)
        listening.seed(at)
        bank.seed(at)
        rule_sets.seed()
        erasing.seed()
        assessment.seed(at)
        total = sum(added.values())
        self.stderr.write(
            f"Added {total} rows to the ground floor."
            if total
            else "The ground floor lacked nothing."
        )
        self.stderr.write("Grades, topics and standards are there.")
        self.stdout.write(json.dumps(added))
