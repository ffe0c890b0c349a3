"""Whom surveys still need (กำหนดเก็บข้อมูลผู้ตอบ): who is invited to a wave that is not over, whose follow-up is open."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from agency import persons
from agency.models import Person
from surveys.models import FollowUp, Invitation, Wave


def needed_here() -> Exists:
    """Whether the person is still to be invited, reminded or called back."""
    waiting = Invitation.objects.filter(person=OuterRef("pk")).exclude(
        wave__state=Wave.State.CLOSED
    )
    open_still = FollowUp.objects.filter(person=OuterRef("pk"), closed_at=None)
    return Exists(
        Person.objects.filter(pk=OuterRef("pk")).filter(Exists(waiting) | Exists(open_still))
    )


def register() -> None:
    """Let the ground floor ask before it erases a person; called once, when the app is ready."""
    persons.register_need(needed_here)
