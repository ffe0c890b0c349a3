"""What the forms and filters of this room offer."""

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from complaints.models import Category, Complaint, Extension, Grade


def categories() -> QuerySet[Category]:
    """Return the categories in use, each topic before its parts."""
    top = Coalesce("parent__code", "code")
    return Category.objects.filter(is_active=True).order_by(top, Coalesce("parent_id", 0), "code")


def asked_extension(complaint: Complaint) -> Extension | None:
    """Return the request for more time that waits for a decision."""
    asked = Extension.objects.filter(clock__complaint=complaint, state=Extension.State.ASKED)
    return asked.select_related("clock__complaint").first()


def case_with(source_system: str, external_ref: str) -> str:
    """Return the number of the case that another system's reference belongs to, or nothing."""
    known = Complaint.objects.filter(source_system=source_system, external_ref=external_ref)
    return known.values_list("number", flat=True).first() or ""


def grades() -> QuerySet[Grade]:
    """Return the grades, the lightest first."""
    return Grade.objects.order_by("number")
