"""The classifiers at work (แบบจำลองจำแนกข้อความ): which model suggests, how good it was, what became of it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from listening.models.learning import Label, Taxonomy


class TextModel(models.Model):
    """A model of Thai text (แบบจำลองจำแนกข้อความ) for one field; the weights lie in the data folder.

    It learnt one version of a list of values and suggests for no other. One model of a field is in
    use at a time; the others stay with their cards and can be taken into use again.
    """

    class State(models.TextChoices):
        """What became of it."""

        IN_USE = "in_use", _("In use")
        RESERVE = "reserve", _("Kept in reserve")
        STALE = "stale", _("Switched off by its corrections")
        OFF = "off", _("Switched off by an administrator")

    label = models.CharField(_("field"), max_length=10, choices=Label)
    version = models.CharField(_("version"), max_length=12)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.RESERVE)
    taxonomy = models.ForeignKey(
        Taxonomy,
        models.PROTECT,
        verbose_name=_("list of topics"),
        null=True,
        blank=True,
        related_name="+",
    )
    mark = models.CharField(
        max_length=12, help_text="Of the list of values it learnt: trust.taxonomy_version."
    )
    sha256 = models.CharField(max_length=64)
    text_count = models.PositiveIntegerField(_("texts it learnt from"))
    held_back_count = models.PositiveIntegerField(_("texts held back for measuring"))
    accuracy = models.DecimalField(_("accuracy"), max_digits=5, decimal_places=4)
    macro_f1 = models.DecimalField(_("macro-F1"), max_digits=5, decimal_places=4)
    fill_precision = models.DecimalField(
        _("right when sure"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="Precision at the threshold, on the texts held back.",
    )
    card = models.JSONField(default=dict, help_text="listening.text.card and how it was compared.")
    trained_at = models.DateTimeField(_("trained"))
    state_at = models.DateTimeField(_("since"))
    state_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("model of text")
        verbose_name_plural = _("models of text")
        ordering = ["-trained_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["label", "version"], name="text_model_version_once"),
            models.UniqueConstraint(
                fields=["label"], condition=Q(state="in_use"), name="text_model_one_in_use"
            ),
            models.CheckConstraint(
                condition=~Q(label="topic") | Q(taxonomy__isnull=False),
                name="text_model_topic_has_list",
            ),
            models.CheckConstraint(
                condition=Q(accuracy__range=(0, 1)), name="text_model_accuracy_is_share"
            ),
        ]
        indexes = [models.Index(fields=["-trained_at", "-id"], name="text_model_newest")]

    def __str__(self) -> str:
        return f"{self.get_label_display()} {self.version}"

    def get_absolute_url(self) -> str:
        """Its card."""
        return reverse("listening:model", args=[self.pk])

    @property
    def file_name(self) -> str:
        """The name under which its weights lie in the data folder."""
        return f"{self.label}-{self.version}"

    @property
    def accuracy_words(self) -> str:
        """The accuracy as people read it."""
        return f"{float(self.accuracy):.1%}".replace("%", " %")

    @property
    def calibration_error(self) -> Any:
        """How far its probabilities are from the shares that were right."""
        return self.card.get("calibration_error")
