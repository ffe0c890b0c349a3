"""What the portal writes itself, to look at: outbox, audit trail, events, jobs, scheduled tasks."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agency import audit
from agency.admin.base import LookAdmin, instant
from agency.models import AuditEntry, Event, Job, Letter, Mail, Notice, TaskHealth


@admin.register(Notice)
class NoticeAdmin(LookAdmin):
    """Notices to staff."""

    list_display = ["key", "kind", "recipient", "state", "due", "sent", "attempts"]
    list_filter = ["state"]
    list_select_related = ["recipient"]
    search_fields = ["=key", "=recipient__username"]
    exclude = ["data"]
    due = instant("not_before", _("not before"))
    sent = instant("sent_at", _("sent at"))


@admin.register(Letter)
class LetterAdmin(LookAdmin):
    """Letters to persons; who they are is not shown."""

    list_display = ["key", "kind", "person", "state", "due", "sent", "attempts"]
    list_filter = ["state"]
    list_select_related = ["person"]
    search_fields = ["=key"]
    exclude = ["data"]
    due = instant("not_before", _("not before"))
    sent = instant("sent_at", _("sent at"))


@admin.register(Mail)
class MailAdmin(LookAdmin):
    """The demo mailbox."""

    list_display = ["subject", "to", "written"]
    search_fields = ["subject", "to"]
    fields = ["to", "subject", "body", "written", "message_id"]
    written = instant("at", _("at"))


@admin.register(AuditEntry)
class AuditEntryAdmin(LookAdmin):
    """The audit trail."""

    list_display = ["when", "done", "content_type", "object_id", "by", "reason"]
    list_display_links = ["when"]
    list_select_related = ["content_type", "by"]
    search_fields = ["=object_id", "=by__username"]
    search_words = _("Search by the number of a record, or by a user name.")
    fields = ["when", "done", "content_type", "object_id", "by", "reason", "address", "data"]
    when = instant("at", _("when"))

    @admin.display(description=_("what"))
    def done(self, entry: AuditEntry) -> str:
        """Say the verb in words."""
        return audit.words_of(entry.verb)


@admin.register(Event)
class EventAdmin(LookAdmin):
    """Events between rooms."""

    list_display = ["kind", "content_type", "object_id", "happened", "consumed", "error"]
    list_select_related = ["content_type"]
    search_fields = ["=kind", "=object_id"]
    happened = instant("at", _("when"))
    consumed = instant("consumed_at", _("consumed at"))


@admin.register(Job)
class JobAdmin(LookAdmin):
    """Long-running work of everybody."""

    list_display = ["title", "kind", "by", "state", "created", "message"]
    list_filter = ["state"]
    list_select_related = ["by"]
    search_fields = ["title", "=by__username"]
    exclude = ["arguments", "file", "result"]
    created = instant("created_at", _("created at"))


@admin.register(TaskHealth)
class TaskHealthAdmin(LookAdmin):
    """When the scheduled tasks ran last."""

    list_display = ["task", "started", "succeeded", "failed", "run_count", "error"]
    started = instant("started_at", _("last started"))
    succeeded = instant("succeeded_at", _("last succeeded"))
    failed = instant("failed_at", _("last failed"))
