"""From where a member of staff acts; a visitor without a log-in leaves no address."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

_address: ContextVar[str | None] = ContextVar("address of the acting member of staff", default=None)


@contextmanager
def acting_from(address: str | None) -> Iterator[None]:
    """Let the audit entries written inside say from where the work was done."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def current_address() -> str | None:
    """Return the address of the member of staff who acts now, if it is known."""
    return _address.get()


def address_of(request: HttpRequest) -> str | None:
    """Return the caller's network address; behind PROXY_COUNT proxies, the one the outermost saw."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies = settings.PROXY_COUNT
    seen = hops[-proxies] if proxies and len(hops) >= proxies else request.META.get("REMOTE_ADDR")
    try:
        return str(ip_address(seen or ""))
    except ValueError:
        return None


def acting_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Note the address for the audit trail while somebody who is logged in is served."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return get_response(request)
        with acting_from(address_of(request)):
            return get_response(request)

    return middleware
