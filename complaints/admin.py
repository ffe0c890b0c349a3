"""Standards, topics and grades, and a look at cases, for administrators; cases change on the desk only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agency.admin.base import LookAdmin, ReferenceAdmin, ReferenceInline, instant
from agency.admin_site import staff_of
from agency.models import Staff
from agency.refusal import Refused
from complaints.forms.canned import CannedModelForm
from complaints.lifecycle import standards
from complaints.models import (
    CannedReply,
    Category,
    Cause,
    Complaint,
    Grade,
    Letterhead,
    Policy,
    RejectionReason,
    RetentionRule,
    Step,
    Target,
)

PolicyVerb = Callable[..., Policy]


@admin.register(Grade)
class GradeAdmin(ReferenceAdmin):
    """How grave a matter is."""

    list_display = ["number", "name_th", "name_en"]


@admin.register(Category)
class CategoryAdmin(ReferenceAdmin):
    """Topics, two levels deep."""

    list_display = ["code", "name_th", "parent", "default_unit", "is_public", "is_active"]
    list_filter = ["is_public", "is_active"]
    list_select_related = ["parent", "default_unit"]
    search_fields = ["code", "name_th", "name_en"]
    autocomplete_fields = ["parent", "default_unit"]


@admin.register(Cause)
class CauseAdmin(LookAdmin):
    """Causes, two levels deep; administrators and supervisors of the head look after them on the desk."""

    list_display = ["code", "name_th", "parent", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["parent"]
    search_fields = ["code", "name_th", "name_en"]


@admin.register(RejectionReason)
class RejectionReasonAdmin(ReferenceAdmin):
    """Reasons for which a matter is not accepted, and what the complainant can do instead."""

    list_display = ["position", "code", "name_th", "is_active"]
    list_display_links = ["code"]
    list_filter = ["is_active"]
    search_fields = ["code", "name_th", "name_en"]


@admin.register(CannedReply)
class CannedReplyAdmin(ReferenceAdmin):
    """Canned replies of all units; supervisors look after them on the desk, with a preview."""

    form = CannedModelForm
    list_display = ["title", "use", "unit", "used_count", "is_active"]
    list_filter = ["use", "is_active"]
    list_select_related = ["unit"]
    search_fields = ["title"]


@admin.register(RetentionRule)
class RetentionRuleAdmin(ReferenceAdmin):
    """How long ended cases are kept."""

    list_display = ["name_th", "kind", "grade", "archive_after_months", "erase_after_years"]
    list_select_related = ["grade"]


@admin.register(Letterhead)
class LetterheadAdmin(ReferenceAdmin):
    """Heads of official letters; units below use that of the nearest unit above."""

    list_display = ["office", "code", "unit"]
    list_select_related = ["unit"]


class DraftOnly:
    """Only a draft can be changed: cases keep the version they were judged by."""

    def is_open(self, obj: Any) -> bool:
        """Whether the row belongs to a draft."""
        return standards.is_draft(obj.policy if isinstance(obj, Target) else obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let drafts be changed."""
        allowed: bool = super().has_change_permission(request, obj)  # type: ignore[misc]
        return allowed and (obj is None or self.is_open(obj))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let rows be added to drafts."""
        allowed: bool = super().has_add_permission(request)  # type: ignore[misc]
        return allowed and (obj is None or self.is_open(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let rows be taken out of drafts."""
        return obj is not None and self.has_change_permission(request, obj)


class TargetInline(DraftOnly, ReferenceInline):
    """Limits of a standard."""

    model = Target
    show_change_link = True


class StepInline(DraftOnly, ReferenceInline):
    """Lines of the escalation matrix."""

    model = Step


@admin.register(Policy)
class PolicyAdmin(DraftOnly, ReferenceAdmin):
    """Standards: the ones in force are looked at; a draft of the next version is changed, then put in force."""

    list_display = ["code", "version", "name_th", "kind", "grade", "priority", "is_current"]
    list_filter = ["is_current", "kind"]
    list_select_related = ["grade"]
    search_fields = ["code", "name_th", "name_en"]
    autocomplete_fields = ["category"]
    readonly_fields = ["is_current"]
    exclude = ["made_at"]
    inlines = [TargetInline]
    actions = ["draft_next", "put_in_force", "retire"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep every version."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """A new standard begins as a draft."""
        if not change:
            obj.made_at, obj.made_by, obj.is_current = timezone.now(), staff_of(request), False
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Make a draft of the next version"))
    def draft_next(self, request: HttpRequest, queryset: QuerySet[Policy]) -> None:
        """Copy the chosen standards."""
        self.each(request, queryset, standards.draft)

    @admin.action(description=_("Put in force for new complaints"))
    def put_in_force(self, request: HttpRequest, queryset: QuerySet[Policy]) -> None:
        """Let new cases go by the chosen versions."""
        self.each(request, queryset, standards.put_in_force)

    @admin.action(description=_("Retire"))
    def retire(self, request: HttpRequest, queryset: QuerySet[Policy]) -> None:
        """Give no new case the chosen standards."""
        self.each(request, queryset, standards.retire)

    def each(self, request: HttpRequest, queryset: QuerySet[Policy], verb: PolicyVerb) -> None:
        """Do it with each standard and say how it went."""
        by: Staff = staff_of(request)
        at: datetime = timezone.now()
        for policy in queryset:
            try:
                done = verb(policy, by=by, at=at)
            except Refused as refusal:
                self.message_user(request, f"{policy}: {refusal}", messages.ERROR)
            else:
                self.message_user(request, f"{done}", messages.SUCCESS)


@admin.register(Target)
class TargetAdmin(DraftOnly, ReferenceAdmin):
    """A limit with its escalation matrix."""

    list_display = ["policy", "measure", "days", "unit", "is_first_day_counted"]
    list_filter = ["measure", "policy__is_current"]
    list_select_related = ["policy"]
    autocomplete_fields = ["policy"]
    inlines = [StepInline]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Limits are added on the page of their draft."""
        return False


@admin.register(Complaint)
class ComplaintAdmin(LookAdmin):
    """Where a case stands, without what it says: administrators do not work on cases."""

    fields = [
        *("number", "kind", "grade", "category", "channel", "unit", "status", "stage", "policy"),
        *("is_restricted", "source_system", "version"),
    ]
    list_display = ["number", "kind", "status", "unit", "policy", "received"]
    list_filter = ["status", "kind"]
    list_select_related = ["unit", "policy"]
    search_fields = ["number__startswith"]
    ordering = ["-received_at", "-pk"]
    received = instant("received_at", _("received"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Complaint]:
        """Leave out restricted cases: not even their number is an administrator's."""
        complaints: QuerySet[Complaint] = super().get_queryset(request)
        return complaints.filter(is_restricted=False)
