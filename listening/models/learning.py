"""What the machine knows and learns: versioned lists of topics, suggestions, corrections."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from listening.models.voice import Voice


class Taxonomy(models.Model):
    """A version of the list of topics (บัญชีหัวข้อ); a model learns one version and suggests for no other."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    mark = models.CharField(
        max_length=12, help_text="Equal for equal lists: trust.taxonomy_version."
    )
    note = models.CharField(_("why it changed"), max_length=300, blank=True)
    is_in_use = models.BooleanField(_("in use"), default=False)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("list of topics")
        verbose_name_plural = _("lists of topics")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_in_use"], condition=Q(is_in_use=True), name="taxonomy_one_in_use"
            )
        ]

    def __str__(self) -> str:
        return str(self.number)


class Topic(models.Model):
    """What a voice is about (หัวข้อ), in one version of the list."""

    taxonomy = models.ForeignKey(Taxonomy, models.PROTECT, related_name="topics")
    code = models.CharField(_("code"), max_length=40)
    name_th = models.CharField(_("Thai name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["taxonomy", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["taxonomy", "code"], name="topic_once_a_version")
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_th


class Label(models.TextChoices):
    """What a classifier may suggest of a voice."""

    KIND = "kind", _("Kind")
    SENTIMENT = "sentiment", _("Sentiment")
    URGENCY = "urgency", _("Urgency")
    TOPIC = "topic", _("Topic")
    SEGMENT = "segment", _("Segment")
    SERVICE = "service", _("Service")


class Suggestion(models.Model):
    """What a classifier thought of a voice, how sure it was, and what an officer made of it."""

    voice = models.ForeignKey(Voice, models.CASCADE, related_name="suggestions")
    label = models.CharField(_("field"), max_length=10, choices=Label)
    value = models.CharField(_("suggested"), max_length=40)
    probability = models.DecimalField(_("probability"), max_digits=5, decimal_places=4)
    model_name = models.CharField(_("model"), max_length=40)
    model_version = models.CharField(_("version of the model"), max_length=12)
    accuracy = models.DecimalField(
        _("measured accuracy of the model"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="Of its card, shown beside the suggestion.",
    )
    is_filled = models.BooleanField(
        default=False, help_text="Sure enough to fill the form at once; never to decide."
    )
    at = models.DateTimeField()
    chosen = models.CharField(
        _("chosen"), max_length=40, blank=True, help_text="What the officer left standing."
    )
    decided_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["voice", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["voice", "label", "model_name", "model_version"],
                name="voice_suggestion_once",
            ),
            models.CheckConstraint(
                condition=Q(probability__range=(0, 1)), name="voice_suggestion_is_probability"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, chosen="") | Q(decided_at__isnull=False),
                name="voice_suggestion_decided_has_instant",
            ),
        ]
        indexes = [
            models.Index(
                fields=["model_name", "model_version", "decided_at"],
                condition=~Q(decided_at=None),
                name="voice_suggestion_judged",
            )
        ]

    def __str__(self) -> str:
        return f"{self.voice_id} {self.label}"


class TrainingExample(models.Model):
    """A text and the label an officer gave it: what the next model learns from; without personal data."""

    label = models.CharField(_("field"), max_length=10, choices=Label)
    voice = models.ForeignKey(Voice, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField(help_text="Masked.")
    value = models.CharField(_("label"), max_length=40)
    taxonomy = models.ForeignKey(
        Taxonomy, models.PROTECT, null=True, blank=True, related_name="examples"
    )
    is_correction = models.BooleanField(
        default=False, help_text="The officer chose something else than the machine."
    )
    by = models.ForeignKey("agency.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("training example")
        verbose_name_plural = _("training examples")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["voice", "label"], name="training_example_once"),
            models.CheckConstraint(
                condition=~Q(label="topic") | Q(taxonomy__isnull=False),
                name="training_example_topic_has_list",
            ),
        ]
        indexes = [models.Index(fields=["label", "taxonomy", "id"], name="training_example_of")]

    def __str__(self) -> str:
        return f"#{self.pk}"
