"""The reusable pieces in a real browser: no barrier at any width, in light and dark, without a jolt."""

import pytest

from tests.home.conftest import keep_shot, open_as

PAGES = ["list", "detail", "detail-form", "confirm", "figures", "counter"]
ADDRESSES = {"detail-form": "/patterns/detail/?answer=1"}
LOOKS = [(1440, "light", "th"), (390, "dark", "th"), (768, "light", "en")]


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}-{look[2]}")
def look(request, staff, new_context, live_server):
    """A name for a way to look at pages, and a page that looks so."""
    width, scheme, language = request.param
    staff.language = language
    staff.save(update_fields=["language"])
    shape = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    return f"{width}-{scheme}-{language}", open_as(staff, new_context, live_server, **shape)


@pytest.mark.usefixtures("patterns", "mails")
def test_pattern_pages_have_no_barrier(look, axe):
    way, page = look
    faults: list[str] = []
    page.on(
        "console", lambda message: faults.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda error: faults.append(str(error)))

    for name in PAGES:
        page.goto(ADDRESSES.get(name, f"/patterns/{name}/"))
        page.evaluate("document.fonts.ready")
        keep_shot(page, f"{name}-{way}")
        faults += [f"{name}: {fault}" for fault in axe(page)]
        spill = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        faults += [f"{name}: {spill} px too wide"] if spill > 0 else []

    assert "\n".join(faults) == ""
