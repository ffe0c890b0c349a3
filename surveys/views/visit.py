"""What a device remembers of an answering: a signed cookie on the person's own device, nothing on the server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from agency.models import Unit
from surveys.lifecycle import Coming
from surveys.models import Invitation, Mode, Wave
from surveys.selectors import answering as selectors

COOKIE = "answering"
SALT = "surveys.answering"
SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One device at one wave: the number of the answers begun, the word of the link, the tablet's unit."""

    uid: UUID | None = None
    token: str = ""
    is_kiosk: bool = False
    unit_pk: int | None = None

    @classmethod
    def read(cls, request: HttpRequest, wave: Wave) -> Visit:
        """Return what this device remembers of this wave."""
        try:
            kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS)
            if kept["wave"] != wave.pk:
                return cls()
            return cls(
                uid=UUID(kept["uid"]) if kept["uid"] else None,
                token=kept["token"],
                is_kiosk=kept["is_kiosk"],
                unit_pk=kept["unit"],
            )
        except (signing.BadSignature, KeyError, TypeError, ValueError):
            return cls()

    def write(self, response: HttpResponse, request: HttpRequest, wave: Wave) -> HttpResponse:
        """Leave it on the device, for the pages of this wave alone."""
        kept: dict[str, Any] = {
            "wave": wave.pk,
            "uid": str(self.uid) if self.uid else "",
            "token": self.token,
            "is_kiosk": self.is_kiosk,
            "unit": self.unit_pk,
        }
        response.set_cookie(
            COOKIE,
            signing.dumps(kept, salt=SALT),
            max_age=SECONDS,
            path=reverse("surveys:door", args=[wave.code]),
            httponly=True,
            secure=request.is_secure(),
            samesite="Lax",
        )
        return response

    def begun(self) -> Visit:
        """Return it with a fresh number for new answers."""
        return replace(self, uid=uuid4())

    def ended(self) -> Visit:
        """Return what stays after sending: only that this is the agency's tablet."""
        return Visit(is_kiosk=self.is_kiosk, unit_pk=self.unit_pk)

    def invitation(self, wave: Wave) -> Invitation | None:
        """Return the invitation of the link by which the person came."""
        found = selectors.invitation_of(self.token) if self.token else None
        return found if found is not None and found.wave_id == wave.pk else None

    def mode(self) -> str:
        """Return the way by which the answers come."""
        if self.is_kiosk:
            return Mode.KIOSK
        return Mode.INVITATION if self.token else Mode.LINK

    def coming(self, wave: Wave, uid: UUID) -> Coming:
        """Return it as the lifecycle wants it."""
        unit = Unit.objects.filter(pk=self.unit_pk).first() if self.unit_pk else None
        invitation = self.invitation(wave)
        ask = selectors.ask_of(invitation)
        return Coming(
            wave=wave,
            uid=uid,
            mode=Mode.PULSE if ask else self.mode(),
            language=get_language() or "th",
            invitation=invitation,
            unit=unit,
            service=ask.service if ask else None,
        )
