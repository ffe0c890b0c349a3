"""Taking part in a hearing: signing up to speak, asking for assistance, written views."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.models import Role
from listening.models.hearing import AgendaItem, Hearing

if TYPE_CHECKING:
    from agency.models import Staff


class Stance(models.TextChoices):
    """What somebody thinks of an issue."""

    SUPPORT = "support", _("Support")
    OPPOSE = "oppose", _("Oppose")
    NEUTRAL = "neutral", _("Neither")


class Way(models.TextChoices):
    """By which way it came; staff who write it down keep the way it really came."""

    WEB = "web", _("This page")
    SITE = "site", _("In person")
    ONLINE = "online", _("Online meeting")
    PHONE = "phone", _("Telephone")
    PAPER = "paper", _("Letter or paper")
    MAIL = "mail", _("E-mail")


class SignUp(models.Model):
    """Somebody who wants to speak (ผู้ลงทะเบียนแสดงความเห็น). The shown name becomes public record."""

    class State(models.TextChoices):
        """Where the person stands in the queue."""

        WAITING = "waiting", _("Waiting")
        CALLED = "called", _("Speaking")
        SPOKE = "spoke", _("Has spoken")
        NO_SHOW = "no_show", _("Did not come")
        WITHDRAWN = "withdrawn", _("Withdrew")

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="signups")
    item = models.ForeignKey(
        AgendaItem,
        models.SET_NULL,
        verbose_name=_("issue"),
        null=True,
        blank=True,
        related_name="+",
    )
    uid = models.UUIDField(_("number of the form"), default=uuid.uuid4)
    person = models.ForeignKey("agency.Person", models.PROTECT, related_name="+", null=True)
    shown_name = models.CharField(_("name"), max_length=200)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    way = models.CharField(_("way of speaking"), max_length=6, choices=Way)
    stance = models.CharField(_("view"), max_length=8, choices=Stance, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    position = models.PositiveIntegerField(_("place in the queue"))
    seconds = models.PositiveSmallIntegerField(_("seconds"))
    code_hash = models.BinaryField(max_length=32)
    signed_at = models.DateTimeField(_("signed up at"))
    entered_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+", null=True)
    called_at = models.DateTimeField(_("called at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["hearing", "position"]
        constraints = [
            models.UniqueConstraint(fields=["hearing", "uid"], name="signup_once"),
            models.UniqueConstraint(
                fields=["hearing"], condition=Q(state="called"), name="one_speaker_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "withdrawn"])
                | Q(state="no_show")
                | Q(state="called", called_at__isnull=False, ended_at=None)
                | Q(state="spoke", called_at__isnull=False, ended_at__gte=F("called_at")),
                name="signup_state_has_instants",
            ),
        ]
        indexes = [models.Index(fields=["hearing", "position"], name="signup_queue")]

    def __str__(self) -> str:
        return self.shown_name


class HelpRequest(models.Model):
    """Asked assistance (คำขอความช่วยเหลือ): access, sign language, interpretation; with its day to ask."""

    class Kind(models.TextChoices):
        """What is needed."""

        ACCESS = "access", _("Access for a disability")
        SIGN = "sign", _("Sign language")
        INTERPRETATION = "interpretation", _("Interpretation")
        OTHER = "other", _("Other assistance")

    class State(models.TextChoices):
        """What became of it."""

        ASKED = "asked", pgettext_lazy("of a request for assistance", "Asked")
        ARRANGED = "arranged", _("Arranged")
        DECLINED = "declined", _("Cannot be arranged")

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="help_requests")
    person = models.ForeignKey("agency.Person", models.PROTECT, related_name="+", null=True)
    uid = models.UUIDField(_("number of the form"), default=uuid.uuid4)
    kind = models.CharField(_("what is needed"), max_length=14, choices=Kind)
    words = models.CharField(_("in words"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    is_late = models.BooleanField(_("after the last day to ask"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ASKED)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    decided_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("request for assistance")
        verbose_name_plural = _("requests for assistance")
        ordering = ["hearing", "asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["hearing", "uid"], name="help_once"),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None)
                | Q(~Q(state="asked"), decided_at__isnull=False),
                name="help_decided_at_an_instant",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class TestimonyQuerySet(models.QuerySet["Testimony"]):
    """Questions about written views."""

    def visible_to(self, staff: Staff) -> TestimonyQuerySet:
        """All of a hearing are read by its unit and those above; others read what the public reads."""
        if not staff.has_role(*Role):
            return self.none()
        return self.filter(hearing__unit__path__startswith=staff.unit.path)


class Testimony(models.Model):
    """A written view (ความเห็นเป็นหนังสือ). What the public reads is `public_body`, never `body`."""

    class State(models.TextChoices):
        """Whether the public sees it."""

        WAITING = "waiting", _("Waits for moderation")
        SHOWN = "shown", _("Shown")
        HIDDEN = "hidden", _("Not shown")

    class Reason(models.TextChoices):
        """Why a view is not shown."""

        OFF_TOPIC = "off_topic", _("Not about this hearing")
        PERSONAL = "personal", _("Names or accuses a private person")
        ABUSE = "abuse", _("Insulting or threatening")
        ADVERT = "advert", _("Advertising or a test")
        UNLAWFUL = "unlawful", _("Would break the law")

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="testimonies")
    item = models.ForeignKey(
        AgendaItem,
        models.SET_NULL,
        verbose_name=_("issue"),
        null=True,
        blank=True,
        related_name="+",
    )
    uid = models.UUIDField(_("number of the form"), default=uuid.uuid4)
    way = models.CharField(_("way"), max_length=6, choices=Way, default=Way.WEB)
    person = models.ForeignKey("agency.Person", models.PROTECT, related_name="+", null=True)
    shown_name = models.CharField(_("shown name"), max_length=200, blank=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    stance = models.CharField(_("view"), max_length=8, choices=Stance)
    body = models.TextField(_("as written"))
    public_body = models.TextField(_("as shown"))
    is_redacted = models.BooleanField(_("something was covered"), default=False)
    received_at = models.DateTimeField(_("received at"))
    closes_at = models.DateTimeField(_("was taken until"))
    is_late = models.BooleanField(_("came late"), default=False)
    late_reason = models.CharField(_("why it is taken all the same"), max_length=300, blank=True)
    entered_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+", null=True)
    code_hash = models.BinaryField(max_length=32)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.SHOWN)
    reason = models.CharField(_("why not shown"), max_length=10, choices=Reason, blank=True)
    note = models.CharField(_("words to the writer"), max_length=500, blank=True)
    moderated_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+", null=True)
    moderated_at = models.DateTimeField(_("moderated at"), null=True, blank=True)
    campaign = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("same text as"), null=True, related_name="alike"
    )

    objects = TestimonyQuerySet.as_manager()

    class Meta:
        verbose_name = _("written view")
        verbose_name_plural = _("written views")
        ordering = ["hearing", "-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["hearing", "uid"], name="testimony_once"),
            models.CheckConstraint(
                condition=Q(is_late=True) | Q(received_at__lt=F("closes_at")),
                name="testimony_in_time_or_marked",
            ),
            models.CheckConstraint(
                condition=Q(is_late=False) | Q(entered_by__isnull=False),
                name="testimony_late_only_by_staff",
            ),
            models.CheckConstraint(
                condition=Q(state="hidden", moderated_at__isnull=False) & ~Q(reason="")
                | Q(~Q(state="hidden"), reason=""),
                name="testimony_hidden_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["hearing", "-received_at", "-id"], name="testimony_newest"),
            models.Index(
                fields=["hearing", "received_at"],
                condition=Q(state="waiting"),
                name="testimony_to_moderate",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name or str(_("Name not given"))

    def get_absolute_url(self) -> str:
        """Its place among the views of the hearing."""
        return reverse("listening:testimony", args=[self.hearing_id, self.pk])


class Appeal(models.Model):
    """The writer of a view that is not shown asks somebody else to look again (อุทธรณ์)."""

    testimony = models.OneToOneField(Testimony, models.PROTECT, related_name="appeal")
    words = models.TextField(_("why it should be shown"))
    at = models.DateTimeField(_("asked at"))
    is_granted = models.BooleanField(_("shown after all"), null=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    decided_by = models.ForeignKey("agency.Staff", models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_granted=None, decided_at=None)
                | Q(is_granted__isnull=False, decided_at__isnull=False),
                name="appeal_decided_at_an_instant",
            )
        ]

    def __str__(self) -> str:
        return str(self.testimony)
