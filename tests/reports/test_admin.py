"""Targets are added in the admin, never changed."""

import pytest
from django.urls import reverse

from pmqa.reports.models import IndicatorTarget
from tests.factories.agency import AdminFactory
from tests.indicators.story import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client(client, office):
    """The browser of an administrator."""
    client.force_login(AdminFactory.create(unit=office.root, is_superuser=True))
    return client


def test_a_target_is_added_with_who_and_when(admin_client):
    admin_client.post(
        reverse("admin:reports_indicatortarget_add"),
        {"measure": "3.4-03:share", "fiscal_year": "2570", "unit": "", "value": "90"},
    )

    target = IndicatorTarget.objects.get()
    assert (target.measure, target.fiscal_year, float(target.value)) == ("3.4-03:share", 2570, 90.0)
    assert target.set_by.has_role("admin")
    assert target.set_at is not None


@pytest.mark.parametrize(("field", "value"), [("measure", "3.4-99:mean"), ("fiscal_year", "2026")])
def test_what_makes_no_sense_is_refused(admin_client, field, value):
    data = {"measure": "3.4-03:share", "fiscal_year": "2570", "unit": "", "value": "90"}

    answer = admin_client.post(reverse("admin:reports_indicatortarget_add"), {**data, field: value})

    assert answer.status_code == 200
    assert not IndicatorTarget.objects.exists()


def test_a_target_cannot_be_changed_or_deleted(admin_client):
    target = IndicatorTarget.objects.create(
        measure="3.4-03:share", fiscal_year=2570, value=90, set_at=at(1)
    )

    changed = admin_client.post(
        reverse("admin:reports_indicatortarget_change", args=[target.pk]), {"value": "10"}
    )
    deleted = admin_client.post(
        reverse("admin:reports_indicatortarget_delete", args=[target.pk]), {"post": "yes"}
    )

    assert (changed.status_code, deleted.status_code) == (403, 403)
    assert float(IndicatorTarget.objects.get().value) == 90.0
