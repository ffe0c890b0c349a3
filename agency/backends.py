"""Who is logged in: the person with the unit, which every page asks for."""

from django.contrib.auth.backends import ModelBackend

from agency.models import Staff


class StaffBackend(ModelBackend):
    """Django's own, reading the unit together with the person."""

    def get_user(self, user_id: int) -> Staff | None:
        """Return an active member of staff."""
        staff = Staff.objects.select_related("unit").filter(pk=user_id).first()
        return staff if staff and self.user_can_authenticate(staff) else None
