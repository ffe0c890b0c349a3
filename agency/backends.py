"""Who is logged in: the person with all that every page asks for, in one query."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Func, IntegerField, OuterRef, Q
from django.utils import timezone

from agency.models import Notice, Staff

UNREAD_CAP = 99  # more unread notices are not counted


class StaffBackend(ModelBackend):
    """Django's own, reading the unit, the unread notices and whose deputy the person is, all at once."""

    def get_user(self, user_id: int) -> Staff | None:
        """Return an active member of staff; `left_desks`: who may be away and named them deputy."""
        away = Q(is_active=False) | Q(leave_until__isnull=False)
        people = Staff.objects.select_related("unit").annotate(
            is_deputy=Exists(Staff.objects.filter(away, deputy=OuterRef("pk"))),
            unread_count=unread_count(),
        )
        wanted = people.filter(Q(pk=user_id) | Q(away, deputy=user_id)).order_by("pk")
        found = {each.pk: each for each in wanted}
        staff: Staff | None = found.pop(int(user_id), None)
        if staff is None or not self.user_can_authenticate(staff):
            return None
        staff.left_desks = list(found.values())
        return staff


def unread_count() -> Func:
    """Return how many notices wait for the person of the row, as the bell counts: no more than the cap and one."""
    waiting = Notice.objects.shown(timezone.now()).filter(recipient=OuterRef("pk"), read_at=None)
    some = ArraySubquery(waiting.order_by().values("pk")[: UNREAD_CAP + 1])
    return Func(some, function="cardinality", output_field=IntegerField())
