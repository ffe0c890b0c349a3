"""Attachments (เอกสารแนบ)."""

from __future__ import annotations

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class Attachment(models.Model):
    """A file (เอกสารแนบ) in private storage; whoever may see its subject may read it."""

    class Scan(models.TextChoices):
        """What the virus scanner said, where one is set."""

        NONE = "none", _("Not scanned")
        CLEAN = "clean", _("Clean")
        INFECTED = "infected", _("Infected")

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    subject_of = GenericForeignKey("content_type", "object_id")
    name = models.CharField(_("name"), max_length=255)
    file = models.FileField(upload_to="%Y/%m")
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=10, choices=Scan, default=Scan.NONE)
    is_public = models.BooleanField(
        _("shown to the person"),
        default=False,
        help_text=_("The complainant sees it on the tracking page."),
    )
    added_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="attachment_about"),
            models.Index(fields=["sha256"], name="attachment_same_file"),
        ]

    def __str__(self) -> str:
        return self.name
