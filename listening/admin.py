"""Rule sets of hearings, for administrators; hearings themselves change on the desk only."""

from django.contrib import admin

from agency.admin.base import ReferenceAdmin
from listening.models import RuleSet


@admin.register(RuleSet)
class RuleSetAdmin(ReferenceAdmin):
    """Days, hours, parts of the notice and kinds of files."""

    list_display = ["code", "name_th", "notice_days", "is_notice_binding", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["code", "name_th", "name_en"]
