"""Surveys and their published versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agency.models import Role, Unit

if TYPE_CHECKING:
    from agency.models import Staff

CODE = RegexValidator(
    r"^[a-z][a-z0-9_]{0,39}\Z",
    _("Write a code of small Latin letters, digits and _, beginning with a letter, as in q1."),
)


READERS = (Role.OFFICER, Role.SUPERVISOR, Role.EXECUTIVE, Role.AUDITOR)


def usual_bands() -> list[dict[str, Any]]:
    """Return the usual bands of a five-point mean (DOMAIN section 4): each reaches up to its `to`."""
    words = (
        (1.80, "น้อยที่สุด", "Lowest"),
        (2.60, "น้อย", "Low"),
        (3.40, "ปานกลาง", "Moderate"),
        (4.20, "มาก", "High"),
        (5.00, "มากที่สุด", "Highest"),
    )
    return [{"to": to, "th": thai, "en": english} for to, thai, english in words]


class SurveyKind(models.TextChoices):
    """What a survey is for."""

    SATISFACTION = "satisfaction", _("Satisfaction")
    ENGAGEMENT = "engagement", _("Engagement")
    PULSE = "pulse", _("Pulse")
    OTHER = "other", _("Other")


class Dissatisfied(models.TextChoices):
    """Whose answers open a follow-up, where the person left a contact."""

    NOBODY = "", _("Nobody")
    LOW = "low", _("Who answers 1 or 2 of 5")
    DETRACTOR = "detractor", _("Who answers 0–6 of 10")


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Questions about surveys."""

    def visible_to(self, staff: Staff) -> SurveyQuerySet:
        """Surveys of the own unit and below, those shared with it; for every role the question bank."""
        if not staff.has_role(*READERS):
            return self.filter(is_bank=True) if staff.roles else self.none()
        own = Unit.objects.below(staff.unit).values("pk")
        return self.filter(
            Q(unit__in=own)
            | Q(is_bank=True)
            | Q(pk__in=Survey.shared_with.through.objects.filter(unit=staff.unit).values("survey"))
        )

    def in_use(self) -> SurveyQuerySet:
        """Neither archived nor a set of the question bank."""
        return self.filter(archived_at=None, is_bank=False)

    def bank(self) -> SurveyQuerySet:
        """The sets of the question bank."""
        return self.filter(is_bank=True, archived_at=None)


class Survey(models.Model):
    """A survey (แบบสำรวจ): its draft as rows (`Section`, `Question`…), its published versions, its waves.

    A set of the question bank (คลังคำถาม) is a survey too, marked `is_bank` and never published.
    """

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    title_th = models.CharField(_("Thai title"), max_length=300)
    title_en = models.CharField(_("English title"), max_length=300, blank=True)
    kind = models.CharField(
        _("type"), max_length=12, choices=SurveyKind, default=SurveyKind.SATISFACTION
    )
    purpose = models.TextField(_("purpose"), blank=True, help_text=_("For colleagues."))
    intro_th = models.TextField(_("welcome in Thai"), blank=True)
    intro_en = models.TextField(_("welcome in English"), blank=True)
    thanks_th = models.TextField(_("thanks in Thai"), blank=True)
    thanks_en = models.TextField(_("thanks in English"), blank=True)
    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("owning unit"), related_name="+"
    )
    owner = models.ForeignKey(
        "agency.Staff", models.PROTECT, verbose_name=_("owner"), related_name="+"
    )
    shared_with = models.ManyToManyField(
        "agency.Unit",
        verbose_name=_("shared with"),
        blank=True,
        related_name="+",
        help_text=_("Staff of these units read the survey and its results."),
    )
    is_anonymous = models.BooleanField(
        _("anonymous"),
        default=False,
        help_text=_(
            "Answers keep no person, no invitation and no time of day. Fixed with the first answer."
        ),
    )
    follows_up = models.CharField(
        _("follow up"),
        max_length=10,
        choices=Dissatisfied,
        default=Dissatisfied.LOW,
        blank=True,
        help_text=_("Only those who left a contact; never after an anonymous survey."),
    )
    bands = models.JSONField(_("bands"), default=usual_bands)
    is_bank = models.BooleanField(_("question bank"), default=False)
    draft_revision = models.PositiveIntegerField(
        default=1, help_text="Counts changes of the draft; a form carries the one that it showed."
    )
    created_at = models.DateTimeField(_("made at"))
    changed_at = models.DateTimeField(_("changed at"))
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-changed_at", "-pk"]
        indexes = [
            models.Index(fields=["-changed_at", "-id"], name="survey_newest"),
            models.Index(fields=["unit", "-changed_at", "-id"], name="survey_of_unit"),
        ]
        triggers = [
            # Who answered anonymously stays so, who answered by name was told so: DOMAIN section 4, PAINS 19.
            pgtrigger.Trigger(
                name="keep_anonymity",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__is_anonymous__df=pgtrigger.F("new__is_anonymous")),
                func="""
                    IF EXISTS (SELECT 1 FROM surveys_response r JOIN surveys_wave w ON w.id = r.wave_id
                               WHERE w.survey_id = OLD.id) THEN
                        RAISE EXCEPTION 'pgtrigger: Cannot change anonymity after the first answer';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The survey's page; for a set of the bank its builder."""
        name = "surveys:builder" if self.is_bank else "surveys:detail"
        return reverse(name, args=[self.pk])

    @property
    def title(self) -> str:
        """The title in the language of the reader."""
        return self.title_en if get_language() == "en" and self.title_en else self.title_th


class Version(models.Model):
    """A published version (รุ่นที่เผยแพร่): a document that nobody can change, by trigger.

    Answering, exports and results read `document` (its shape: `surveys/rendering/document.py`),
    never the draft, so that later changes neither relabel old answers nor shift or drop columns.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    document = models.JSONField()
    sha256 = models.CharField(_("hash of the content"), max_length=64)
    note = models.CharField(_("what changed"), max_length=500, blank=True)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, verbose_name=_("published by"), related_name="+"
    )

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["survey", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="version_number_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} v{self.number}"
