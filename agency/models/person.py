"""Persons (ผู้ร้อง, ผู้รับบริการ)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Person(models.Model):
    """A person outside the agency (ผู้ร้อง, ผู้รับบริการ); the national ID is encrypted, with a keyed index."""

    class PreferredChannel(models.TextChoices):
        """How the person wishes to be answered."""

        PAGE = "page", _("Tracking page")
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        POST = "post", _("Post")

    name = models.CharField(_("name"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.TextField(_("address"), blank=True)
    national_id_encrypted = models.BinaryField(null=True, editable=False)
    national_id_index = models.BinaryField(null=True, editable=False, db_index=True)
    preferred_channel = models.CharField(
        _("answer by"), max_length=10, choices=PreferredChannel, default=PreferredChannel.PAGE
    )
    language = models.CharField(
        _("language"), max_length=2, choices=[("th", _("Thai")), ("en", _("English"))], default="th"
    )
    accessibility_needs = models.CharField(_("accessibility needs"), max_length=300, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from"
    )
    is_on_legal_hold = models.BooleanField(_("legal hold"), default=False)
    retain_until = models.DateField(_("keep until"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        ordering = ["-pk"]
        indexes = [  # at the counter: has this person come before?
            models.Index(fields=["phone"], condition=~models.Q(phone=""), name="person_phone"),
            models.Index(fields=["email"], condition=~models.Q(email=""), name="person_email"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
