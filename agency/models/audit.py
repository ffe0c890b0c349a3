"""The audit trail."""

from __future__ import annotations

import pgtrigger
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """Who did what, when, why and from where; append-only by trigger. Holds ids and codes, no personal data."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    subject_of = GenericForeignKey("content_type", "object_id")
    verb = models.CharField(_("what"), max_length=60)
    by = models.ForeignKey(
        "agency.Staff",
        models.PROTECT,
        verbose_name=_("who"),
        null=True,
        blank=True,
        related_name="+",
    )
    at = models.DateTimeField(_("when"))
    reason = models.CharField(_("why"), max_length=1000, blank=True)
    address = models.GenericIPAddressField(_("from where"), null=True, blank=True)
    data = models.JSONField(_("facts"), default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id", "id"], name="audit_about"),
            models.Index(fields=["by", "-id"], name="audit_by"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_id}"
