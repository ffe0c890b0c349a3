"""The voice itself, the occasion on which it was heard, its tags, replies and search text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agency.models import Channel, Unit
from agency.search import Grams

if TYPE_CHECKING:
    from agency.models import Staff

WORKERS = ("officer", "supervisor", "executive", "auditor")


class Kind(models.TextChoices):
    """What a voice is; the keys 1 to 6 choose it in the inbox."""

    COMPLAINT = "complaint", _("Complaint")
    REQUEST = "request", _("Request")
    COMPLIMENT = "compliment", _("Compliment")
    SUGGESTION = "suggestion", _("Suggestion")
    QUESTION = "question", _("Question")
    OTHER = "other", _("Something else")


class Sentiment(models.TextChoices):
    """How it sounds; dissatisfaction is never read from it (PAINS, listening)."""

    POSITIVE = "positive", _("Positive")
    NEUTRAL = "neutral", _("Neutral")
    NEGATIVE = "negative", _("Negative")


class Urgency(models.TextChoices):
    """How soon somebody should look."""

    LOW = "low", _("Can wait")
    NORMAL = "normal", _("Usual")
    HIGH = "high", _("Urgent")


class Status(models.TextChoices):
    """Where a voice stands; that its limit has passed is never a status."""

    NEW = "new", _("Not classified yet")
    TRIAGED = "triaged", _("Classified")
    ANSWERED = "answered", _("Answered")
    CONVERTED = "converted", _("Became a complaint")
    CLOSED = "closed", _("Loop closed")

    @classmethod
    def open(cls) -> list[str]:
        """Somebody still has to do something."""
        return [cls.NEW, cls.TRIAGED, cls.ANSWERED]


def units_seen(staff: Staff) -> list[int]:
    """Return the own unit and those below, for who works with voices; asked once for each object.

    As a list of ids it lets the planner choose the index of the unit.
    """
    known: list[int] | None = staff.__dict__.get("_units_heard")
    if known is None:
        below = Unit.objects.below(staff.unit).order_by()
        known = list(below.values_list("pk", flat=True)) if staff.has_role(*WORKERS) else []
        staff.__dict__["_units_heard"] = known
    return known


class OfUnits(models.QuerySet[Any]):
    """Rows that belong to a unit and are seen by it and those above."""

    def visible_to(self, staff: Staff) -> OfUnits:
        """Own unit and below, for officers, supervisors, executives and auditors."""
        return self.filter(unit__in=units_seen(staff))


class Occasion(models.Model):
    """An outing on which the agency listened (การออกรับฟัง): field visit, focus group, inspection."""

    class Kind(models.TextChoices):
        """How it listened."""

        FIELD_VISIT = "field_visit", _("Field visit")
        FOCUS_GROUP = "focus_group", _("Focus group")
        INSPECTION = "inspection", _("Inspection")

    kind = models.CharField(_("type"), max_length=12, choices=Kind, default=Kind.FIELD_VISIT)
    title = models.CharField(_("title"), max_length=200)
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("place"), max_length=300, blank=True)
    province = models.CharField(_("province code"), max_length=2, blank=True)
    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+"
    )
    segment = models.ForeignKey(
        "agency.Segment",
        models.PROTECT,
        verbose_name=_("segment"),
        null=True,
        blank=True,
        related_name="+",
    )
    people_count = models.PositiveIntegerField(_("people who took part"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"))

    objects = OfUnits.as_manager()

    class Meta:
        verbose_name = _("outing")
        verbose_name_plural = _("outings")
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(fields=["held_on", "id"], name="occasion_by_day")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The outing's page."""
        return reverse("listening:occasion", args=[self.pk])


class VoiceQuerySet(models.QuerySet["Voice"]):
    """Questions about voices."""

    def visible_to(self, staff: Staff) -> VoiceQuerySet:
        """Own unit and below, for officers, supervisors, executives and auditors."""
        return self.filter(unit__in=units_seen(staff))

    def standing(self) -> VoiceQuerySet:
        """Those that follow no other one."""
        return self.filter(master=None)

    def open(self) -> VoiceQuerySet:
        """Somebody still has to do something."""
        return self.filter(status__in=Status.open())

    def of_officer(self, staff: Staff) -> VoiceQuerySet:
        """What this officer answers for."""
        return self.filter(officer=staff)


class Voice(models.Model):
    """A voice (เสียงของผู้รับบริการและผู้มีส่วนได้ส่วนเสีย), by whatever channel the agency heard it."""

    channel = models.ForeignKey(
        "agency.Channel", models.PROTECT, verbose_name=_("channel"), related_name="+"
    )
    mode = models.CharField(
        _("mode"),
        max_length=10,
        choices=Channel.Mode,
        help_text="Of the channel, on the day the voice came.",
    )
    is_digital = models.BooleanField(default=False, help_text="As mode.")
    occasion = models.ForeignKey(
        Occasion,
        models.PROTECT,
        verbose_name=_("outing"),
        null=True,
        blank=True,
        related_name="voices",
    )
    received_at = models.DateTimeField(_("received"))
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    body = models.TextField(_("what was said"))
    masked_body = models.TextField(
        help_text="Without personal data: what is analysed, learnt from and shown outside."
    )
    person = models.ForeignKey(
        "agency.Person",
        models.PROTECT,
        verbose_name=_("person"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    handle = models.CharField(
        _("name in the channel"), max_length=120, blank=True, help_text=_("As on Facebook or LINE.")
    )
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    unit = models.ForeignKey(
        "agency.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+", db_index=False
    )
    first_unit = models.ForeignKey(
        "agency.Unit",
        models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="Where it came in; reports count it there for ever.",
    )
    officer = models.ForeignKey(
        "agency.Staff",
        models.PROTECT,
        verbose_name=_("officer"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    segment = models.ForeignKey(
        "agency.Segment",
        models.PROTECT,
        verbose_name=_("segment"),
        null=True,
        blank=True,
        related_name="+",
    )
    service = models.ForeignKey(
        "agency.Service",
        models.PROTECT,
        verbose_name=_("service"),
        null=True,
        blank=True,
        related_name="+",
    )
    province = models.CharField(_("province code"), max_length=2, blank=True)
    district = models.CharField(_("district"), max_length=100, blank=True)
    place = models.CharField(_("place"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, blank=True)
    sentiment = models.CharField(_("sentiment"), max_length=10, choices=Sentiment, blank=True)
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency, default=Urgency.NORMAL)
    topic = models.ForeignKey(
        "listening.Topic",
        models.PROTECT,
        verbose_name=_("topic"),
        null=True,
        blank=True,
        related_name="voices",
        db_index=False,
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.NEW)
    triage_due_at = models.DateTimeField(
        _("classify by"), help_text="Close of the third working day (3.1-03)."
    )
    loop_due_at = models.DateTimeField(
        _("close the loop by"), help_text="Close of the fifteenth working day (3.1-04)."
    )
    triaged_at = models.DateTimeField(
        _("classified"), null=True, blank=True, help_text="The first time; never moved."
    )
    triaged_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(
        _("answered"), null=True, blank=True, help_text="The first reply; never moved."
    )
    converted_at = models.DateTimeField(_("became a complaint"), null=True, blank=True)
    complaint_pk = models.BigIntegerField(
        null=True, blank=True, help_text="The complaint it became; that room is not known here."
    )
    complaint_number = models.CharField(_("complaint"), max_length=20, blank=True)
    closed_at = models.DateTimeField(_("loop closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "agency.Staff", models.PROTECT, null=True, blank=True, related_name="+"
    )
    action = models.TextField(_("what was done"), blank=True)
    master = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("the same voice"),
        null=True,
        blank=True,
        related_name="followers",
        db_index=False,
        help_text=_("The voice that this one repeats; a master repeats none."),
    )
    suggested_at = models.DateTimeField(
        null=True, blank=True, help_text="When the classifiers last looked at it."
    )
    touched_at = models.DateTimeField(_("last activity"))
    version = models.PositiveIntegerField(
        default=1, help_text="Counts changes, to notice two people at once."
    )
    erased_at = models.DateTimeField(
        _("erased at"), null=True, blank=True, help_text="Its words; what was counted stays."
    )
    source_system = models.CharField(_("source system"), max_length=40, blank=True)
    external_ref = models.CharField(_("external reference"), max_length=100, blank=True)

    objects = VoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("voice")
        verbose_name_plural = _("voices")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_system", "external_ref"],
                condition=~Q(external_ref=""),
                name="voice_external_once",
            ),
            models.CheckConstraint(
                condition=Q(is_anonymous=False) | Q(person=None, handle=""),
                name="voice_anonymous_has_no_person",
            ),
            models.CheckConstraint(
                condition=Q(status="new") | (Q(triaged_at__isnull=False) & ~Q(kind="")),
                name="voice_handled_is_classified",
            ),
            models.CheckConstraint(
                condition=~Q(status="answered") | Q(answered_at__isnull=False),
                name="voice_answered_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False) & ~Q(action="")
                | (~Q(status="closed") & Q(closed_at=None)),
                name="voice_closed_says_what_was_done",
            ),
            models.CheckConstraint(
                condition=~Q(status="converted") | Q(converted_at__isnull=False),
                name="voice_converted_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(complaint_pk=None) | Q(converted_at__isnull=False),
                name="voice_complaint_was_converted",
            ),
            models.CheckConstraint(
                condition=Q(master=None) | ~Q(master=F("id")), name="voice_not_its_own_master"
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="voice_newest"),
            models.Index(fields=["unit", "-received_at", "-id"], name="voice_unit_newest"),
            models.Index(
                fields=["unit", "-received_at", "-id"],
                condition=Q(status="new", master=None),
                name="voice_untriaged",
            ),
            models.Index(
                fields=["officer", "-received_at", "-id"],
                condition=Q(status__in=["new", "triaged", "answered"]),
                name="voice_officer_open",
            ),
            models.Index(  # the figures of a month are counted without reading the voices
                fields=["received_at"],
                include=["first_unit", "channel", "mode", "is_digital", "recorded_at"],
                name="voice_month",
            ),
            models.Index(  # analyses count slices without reading the voices
                fields=["received_at"],
                include=["unit", "topic", "service", "segment", "channel", "province", "sentiment"],
                name="voice_analysis",
            ),
            models.Index(
                fields=["triage_due_at"],
                include=["first_unit", "triaged_at", "recorded_at"],
                name="voice_triage_due",
            ),
            models.Index(
                fields=["loop_due_at"],
                include=["first_unit", "answered_at", "closed_at", "converted_at", "recorded_at"],
                name="voice_loop_due",
            ),
            models.Index(fields=["topic", "-received_at"], name="voice_topic"),
            models.Index(
                fields=["person", "-received_at"], condition=~Q(person=None), name="voice_person"
            ),
            models.Index(fields=["master"], condition=~Q(master=None), name="voice_followers"),
            models.Index(
                fields=["id"], condition=Q(status="new", suggested_at=None), name="voice_unread"
            ),
            models.Index(fields=["touched_at"], condition=Q(erased_at=None), name="voice_to_erase"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The voice's page."""
        return reverse("listening:voice", args=[self.pk])

    @property
    def number(self) -> str:
        """How people name it."""
        return f"V{self.pk}"


class VoiceText(models.Model):
    """What a search finds a voice by; normalised, one row per voice."""

    voice = models.OneToOneField(Voice, models.CASCADE, primary_key=True, related_name="text")
    body = models.TextField()

    class Meta:
        indexes = [GinIndex(Grams("body"), name="voice_text_grams")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class VoiceTag(models.Model):
    """A need tagged on a passage of a voice (ระบุความต้องการจากข้อความ); positions count in the masked text."""

    voice = models.ForeignKey(Voice, models.CASCADE, related_name="tags")
    need = models.ForeignKey("listening.Need", models.PROTECT, related_name="tags")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    passage = models.CharField(_("passage"), max_length=500)
    by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("tagged passage")
        verbose_name_plural = _("tagged passages")
        ordering = ["voice", "start"]
        constraints = [
            models.UniqueConstraint(
                fields=["voice", "need", "start", "end"], name="voice_tag_once"
            ),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="voice_tag_has_words"),
        ]
        indexes = [models.Index(fields=["need", "-at"], name="voice_tag_of_need")]

    def __str__(self) -> str:
        return f"{self.voice_id} {self.start}-{self.end}"


class Reply(models.Model):
    """What the agency replied to a voice, and by which way."""

    class Way(models.TextChoices):
        """How it reached the person."""

        LETTER = "letter", _("Letter to the person (page or e-mail)")
        CHANNEL = "channel", _("Written in the channel itself")
        SPOKEN = "spoken", _("Said to the person")

    voice = models.ForeignKey(Voice, models.CASCADE, related_name="replies")
    text = models.TextField(_("reply"))
    way = models.CharField(_("way"), max_length=8, choices=Way, default=Way.CHANNEL)
    by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["voice", "at", "pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"
