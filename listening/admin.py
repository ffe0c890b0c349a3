"""Rule sets of hearings and the retention schedule, for administrators; hearings themselves change on the desk only."""

from django.contrib import admin

from agency.admin.base import ReferenceAdmin
from listening.models import KeepingRule, RuleSet


@admin.register(RuleSet)
class RuleSetAdmin(ReferenceAdmin):
    """Days, hours, parts of the notice and kinds of files."""

    list_display = ["code", "name_th", "notice_days", "is_notice_binding", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["code", "name_th", "name_en"]


@admin.register(KeepingRule)
class KeepingRuleAdmin(ReferenceAdmin):
    """How many years words and contacts are kept."""

    list_display = ["what", "years", "source"]
