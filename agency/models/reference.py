"""The state of the reference data."""

from __future__ import annotations

from django.db import models


class ReferenceState(models.Model):
    """One row: a token that triggers draw anew with each change of units, staff, calendars or standards.

    A change that is rolled back takes its token along, and no token comes twice: the same token
    means the same rows. See `agency.reference`.
    """

    token = models.UUIDField()

    def __str__(self) -> str:
        return str(self.token)
