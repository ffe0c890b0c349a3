"""Public hearings: the rules they follow, the hearing, what it is about, its documents."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agency.models import Role

if TYPE_CHECKING:
    from datetime import datetime

    from agency.models import Staff

CODE = RegexValidator(
    r"^[a-z0-9][a-z0-9-]{2,29}\Z",
    _("Write 3–30 small Latin letters, digits and -, as in fee-law-2570."),
)


def in_language(thai: str, english: str) -> str:
    """Return the English text to an English reader where there is one."""
    return english if get_language() == "en" and english else thai


class RuleSet(models.Model):
    """What a kind of hearing must keep (ชุดหลักเกณฑ์): days, hours, parts of the notice. Values are data."""

    class Kind(models.TextChoices):
        """What is heard about."""

        LAW = "law", _("Draft law")
        PROJECT = "project", _("State project")
        SERVICE = "service", _("Service design")
        OTHER = "other", _("Other")

    code = models.SlugField(_("code"), max_length=30, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    name_th = models.CharField(_("Thai name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200)
    source_th = models.CharField(_("legal basis"), max_length=500, blank=True)
    parts = models.JSONField(
        _("parts of the notice"), default=list, help_text=_('A list of {"code", "th", "en"}.')
    )
    notice_days = models.PositiveSmallIntegerField(_("days between notice and session"))
    is_notice_binding = models.BooleanField(
        _("a later notice is refused"), default=False, help_text=_("Otherwise it is only advised.")
    )
    material_days = models.PositiveSmallIntegerField(_("days between documents and session"))
    testimony_hours = models.PositiveSmallIntegerField(
        _("hours of written views after the session"), default=72
    )
    summary_days = models.PositiveSmallIntegerField(_("days until the summary is published"))
    help_workdays = models.PositiveSmallIntegerField(
        _("working days to ask for assistance"), default=3
    )
    interpretation_workdays = models.PositiveSmallIntegerField(
        _("working days to ask for interpretation"), default=5
    )
    speaker_seconds = models.PositiveSmallIntegerField(_("seconds for each speaker"), default=180)
    wants_law_url = models.BooleanField(_("must also stand on law.go.th"), default=False)
    file_types = ArrayField(
        models.CharField(max_length=6),
        verbose_name=_("files taken"),
        default=list,
        help_text=_("As in .pdf, .docx, .txt"),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("rule set of hearings")
        verbose_name_plural = _("rule sets of hearings")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name_th, self.name_en)


class HearingQuerySet(models.QuerySet["Hearing"]):
    """Questions about hearings."""

    def visible_to(self, staff: Staff) -> HearingQuerySet:
        """Announced ones are public; drafts are seen by the unit that prepares them and those above."""
        if not staff.has_role(*Role):
            return self.none()
        return self.filter(
            Q(unit__path__startswith=staff.unit.path) | ~Q(state=Hearing.State.DRAFT)
        )

    def public(self) -> HearingQuerySet:
        """What everybody may read."""
        return self.exclude(state=Hearing.State.DRAFT)


class Hearing(models.Model):
    """A public hearing (การรับฟังความคิดเห็น): online, on site or both, with or without a session."""

    class State(models.TextChoices):
        """Where it stands; what is open at an instant follows from its times."""

        DRAFT = "draft", _("In preparation")
        ANNOUNCED = "announced", _("Announced")
        PUBLISHED = "published", _("Summary published")
        CANCELLED = "cancelled", _("Cancelled")

    class Mode(models.TextChoices):
        """How people meet."""

        WRITTEN = "written", _("Written views only")
        SITE = "site", _("On site")
        ONLINE = "online", _("Online")
        BOTH = "both", _("On site and online")

    code = models.CharField(_("short link"), max_length=30, unique=True, validators=[CODE])
    rules = models.ForeignKey(RuleSet, models.PROTECT, verbose_name=_("rule set"), related_name="+")
    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+"
    )
    owner = models.ForeignKey(
        "agency.Staff", models.PROTECT, verbose_name=_("responsible person"), related_name="+"
    )
    chair = models.ForeignKey(
        "agency.Staff",
        models.PROTECT,
        verbose_name=_("chair"),
        related_name="+",
        null=True,
        blank=True,
    )
    project = models.CharField(
        _("project"),
        max_length=200,
        blank=True,
        help_text=_("Hearings of one project stand together."),
    )
    title_th = models.CharField(_("Thai title"), max_length=300)
    title_en = models.CharField(_("English title"), max_length=300, blank=True)
    summary_th = models.TextField(_("what it is about, in plain Thai"), blank=True)
    summary_en = models.TextField(_("what it is about, in plain English"), blank=True)
    affected = models.TextField(_("who is affected"), blank=True, help_text=_("One group a line."))
    parts = models.JSONField(_("parts of the notice"), default=dict, blank=True)
    law_url = models.URLField(_("address at law.go.th"), blank=True, max_length=500)
    mode = models.CharField(_("way"), max_length=8, choices=Mode, default=Mode.BOTH)
    starts_at = models.DateTimeField(_("session begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("session ends"), null=True, blank=True)
    closes_at = models.DateTimeField(_("written views until"))
    place = models.CharField(_("place"), max_length=300, blank=True)
    live_url = models.URLField(_("live link"), blank=True, max_length=500)
    recording_url = models.URLField(_("recording"), blank=True, max_length=500)
    is_premoderated = models.BooleanField(_("views are read before they are shown"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    made_at = models.DateTimeField(_("made at"))
    announced_at = models.DateTimeField(_("announced at"), null=True, blank=True)
    late_reason = models.CharField(_("why it was announced late"), max_length=500, blank=True)
    session_began_at = models.DateTimeField(_("session opened at"), null=True, blank=True)
    session_ended_at = models.DateTimeField(_("session closed at"), null=True, blank=True)
    summary_due_on = models.DateField(_("summary due on"), null=True, blank=True)
    published_at = models.DateTimeField(_("summary published at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    erased_at = models.DateTimeField(
        _("erased at"), null=True, blank=True, help_text="Views and speakers; the summary stays."
    )
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=500, blank=True)

    objects = HearingQuerySet.as_manager()

    class Meta:
        verbose_name = _("hearing")
        verbose_name_plural = _("hearings")
        ordering = ["-closes_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mode="written", starts_at=None, ends_at=None)
                | Q(~Q(mode="written"), starts_at__isnull=False, ends_at__gt=F("starts_at")),
                name="hearing_session_has_its_hours",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(closes_at__gte=F("ends_at")),
                name="hearing_views_until_after_session",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", announced_at=None)
                | Q(state="announced", announced_at__isnull=False, summary_due_on__isnull=False)
                | Q(state="published", published_at__isnull=False)
                | Q(state="cancelled", cancelled_at__isnull=False),
                name="hearing_state_has_instants",
            ),
        ]
        indexes = [
            models.Index(fields=["-closes_at", "-id"], name="hearing_by_closing"),
            models.Index(
                fields=["summary_due_on"], condition=Q(state="announced"), name="hearing_to_publish"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page on the desk."""
        return reverse("listening:hearing", args=[self.pk])

    @property
    def title(self) -> str:
        """The title in the language of the reader."""
        return in_language(self.title_th, self.title_en)

    @property
    def summary(self) -> str:
        """What it is about, in the language of the reader."""
        return in_language(self.summary_th, self.summary_en)

    @property
    def has_session(self) -> bool:
        """Whether people meet, on site or online."""
        return self.starts_at is not None

    def is_taking(self, at: datetime) -> bool:
        """Whether written views are taken at this instant."""
        return self.state == self.State.ANNOUNCED and at < self.closes_at

    def is_taking_speakers(self, at: datetime) -> bool:
        """Whether people may still sign up to speak."""
        return (
            self.state == self.State.ANNOUNCED
            and self.ends_at is not None
            and self.session_ended_at is None
            and at < self.ends_at
        )

    def is_in_session(self) -> bool:
        """Whether the chair has opened the session and not closed it."""
        return self.session_began_at is not None and self.session_ended_at is None

    def due_of_materials(self) -> datetime:
        """Return by when documents have to be published."""
        first = self.starts_at or self.closes_at
        return first - timedelta(days=self.rules.material_days)

    def affected_groups(self) -> list[str]:
        """Return the groups that the notice names."""
        return [line.strip() for line in self.affected.splitlines() if line.strip()]

    def notice_parts(self) -> list[dict[str, Any]]:
        """Return each part that the rules demand, with what the notice says under it."""
        language = "en" if get_language() == "en" else "th"
        found = []
        for part in self.rules.parts:
            said = self.parts.get(part["code"], {})
            found.append(
                {
                    "code": part["code"],
                    "title": part.get(language) or part["th"],
                    "text": said.get(language) or said.get("th", ""),
                }
            )
        return found


class AgendaItem(models.Model):
    """One issue that is heard (ประเด็น), in an order that can change."""

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("position"))
    title_th = models.CharField(_("Thai title"), max_length=300)
    title_en = models.CharField(_("English title"), max_length=300, blank=True)
    body_th = models.TextField(_("in plain Thai"), blank=True)
    body_en = models.TextField(_("in plain English"), blank=True)

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ["hearing", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["hearing", "position"],
                name="agenda_position_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the language of the reader."""
        return in_language(self.title_th, self.title_en)

    @property
    def body(self) -> str:
        """The words in the language of the reader."""
        return in_language(self.body_th, self.body_en)


class HearingDocument(models.Model):
    """A document of a hearing (เอกสารประกอบ), public from an instant on; late ones say so."""

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="documents")
    attachment = models.OneToOneField("agency.Attachment", models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=300)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    is_late = models.BooleanField(_("too late to be read before"), default=False)

    class Meta:
        verbose_name = _("document of a hearing")
        verbose_name_plural = _("documents of hearings")
        ordering = ["hearing", "published_at", "pk"]

    def __str__(self) -> str:
        return self.title
