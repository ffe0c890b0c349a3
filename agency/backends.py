"""Who is logged in: the person with the unit, which every page asks for."""

from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef, Q

from agency.models import Staff


class StaffBackend(ModelBackend):
    """Django's own, reading the unit together with the person."""

    def get_user(self, user_id: int) -> Staff | None:
        """Return an active member of staff, and whether somebody who is or was away named them deputy."""
        away = Q(is_active=False) | Q(leave_until__isnull=False)
        is_deputy = Exists(Staff.objects.filter(away, deputy=OuterRef("pk")))
        people = Staff.objects.select_related("unit").annotate(is_deputy=is_deputy)
        staff = people.filter(pk=user_id).first()
        return staff if staff and self.user_can_authenticate(staff) else None
