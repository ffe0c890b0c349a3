"""Pages of logged-in people are kept nowhere; what is public may be."""

import pytest
from django.urls import reverse

from tests.factories.agency import StaffFactory

pytestmark = pytest.mark.django_db


def test_pages_of_logged_in_people_are_kept_nowhere(client):
    client.force_login(StaffFactory.create())

    answers = [client.get(reverse(name)) for name in ("home:home", "agency:notices")]

    assert [answer.headers["Cache-Control"] for answer in answers] == ["private, no-store"] * 2


def test_public_pages_are_left_as_they_say(client):
    answers = [client.get(reverse(name)) for name in ("complaints:privacy", "health")]

    assert not any("no-store" in answer.headers.get("Cache-Control", "") for answer in answers)
