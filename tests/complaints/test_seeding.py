"""What every installation starts with: there once, and left alone afterwards."""

import pytest

from complaints.lifecycle import seeding
from complaints.lifecycle.policies import policy_for
from complaints.models import Category, Grade, Kind, Measure, Policy, Step, Target
from tests.factories.complaints import NOW

pytestmark = pytest.mark.django_db


def counts() -> list[int]:
    return [model.objects.count() for model in (Grade, Category, Policy, Target, Step)]


def test_seed_adds_once_and_leaves_changes_alone():
    seeding.seed(NOW)
    first = counts()
    Category.objects.filter(code="other").update(name_th="อื่น ๆ")

    seeding.seed(NOW)

    assert counts() == first == [4, 32, 4, 20, 84]
    assert Category.objects.get(code="other").name_th == "อื่น ๆ"


@pytest.mark.parametrize(
    ("kind", "grade", "code", "limits"),
    [
        (Kind.SERVICE, None, "TH15", (1, 15, 30)),
        (Kind.SERVICE, 1, "SPSO-G1", (3, 5, 20)),
        (Kind.SERVICE, 2, "SPSO", (3, 5, 20)),
        (Kind.SERVICE, 3, "TH15", (1, 15, 30)),
        (Kind.CORRUPTION, 2, "DSI8", (1, 8, 20)),
        (Kind.ENQUIRY, 2, "TH15", (1, 15, 30)),
    ],
)
def test_each_case_gets_its_standard(kind, grade, code, limits):
    seeding.seed(NOW)

    policy = policy_for(kind=kind, grade=Grade.objects.filter(number=grade).first(), category=None)

    days = dict(policy.targets.values_list("measure", "days"))
    assert policy.code == code
    assert (days[Measure.ACKNOWLEDGE], days[Measure.STAGE1], days[Measure.STAGE2]) == limits
    assert (days[Measure.PROGRESS], days[Measure.IDLE]) == (15, 30)


def test_only_spso_counts_the_first_day():
    seeding.seed(NOW)

    counted = Target.objects.filter(is_first_day_counted=True).values_list(
        "policy__code", flat=True
    )

    assert set(counted) == {"SPSO", "SPSO-G1"}
