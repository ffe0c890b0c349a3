"""The nouns of the listening room: what is seen by whom, and what the database never lets be false."""

import pytest
from django.db import IntegrityError, transaction

from agency.models import Role
from listening.models import Insight, Need, Voice
from tests.factories.agency import PersonFactory, StaffFactory, UnitFactory
from tests.factories.listening import (
    NOW,
    EvidenceFactory,
    InsightFactory,
    NeedFactory,
    SuggestionFactory,
    TaxonomyFactory,
    TrainingExampleFactory,
    VoiceFactory,
    VoiceTagFactory,
)

pytestmark = pytest.mark.django_db

WRONG = [
    {"is_anonymous": True, "handle": "somebody"},
    {"status": "triaged"},
    {"status": "triaged", "kind": "request", "triaged_at": None},
    {"status": "closed", "kind": "request", "triaged_at": NOW, "closed_at": NOW, "action": ""},
    {"status": "new", "closed_at": NOW, "action": "แจ้งแล้ว"},
    {"status": "converted", "kind": "complaint", "triaged_at": NOW},
    {"complaint_pk": 7},
]


def refuses(make, **wrong):
    """Whether the database refuses such a row."""
    try:
        with transaction.atomic():
            make(**wrong)
    except IntegrityError:
        return True
    return False


def test_a_voice_cannot_contradict_itself():
    parts = {"unit": UnitFactory(), "channel": VoiceFactory().channel}
    first = VoiceFactory(**parts, source_system="a", external_ref="1")

    assert [refuses(VoiceFactory, **parts, **wrong) for wrong in WRONG] == [True] * len(WRONG)
    assert refuses(VoiceFactory, **parts, source_system="a", external_ref="1")
    assert refuses(lambda: Voice.objects.filter(pk=first.pk).update(master=first.pk))
    assert refuses(lambda: VoiceFactory(**parts, person=PersonFactory(), is_anonymous=True))
    assert not refuses(VoiceFactory, **parts, triaged=True)


def test_the_registers_cannot_contradict_themselves():
    TaxonomyFactory()
    evidence = EvidenceFactory(ref=3, source="voice")
    makes = [
        lambda: TaxonomyFactory._meta.model.objects.create(
            number=99, mark="x", is_in_use=True, made_at=NOW
        ),
        lambda: SuggestionFactory(probability="1.5"),
        lambda: TrainingExampleFactory(label="topic", value="x"),
        lambda: NeedFactory(strength=6),
        lambda: VoiceTagFactory(start=8, end=8),
        lambda: InsightFactory(state="approved"),
        lambda: EvidenceFactory(insight=None, by=evidence.by),
        lambda: EvidenceFactory(insight=evidence.insight, ref=3, source="voice"),
    ]

    assert [refuses(make) for make in makes] == [True] * len(makes)


def test_a_unit_sees_its_own_and_what_lies_below():
    root = UnitFactory()
    below, beside = UnitFactory(parent=root), UnitFactory(parent=root)
    voice, need, insight = (
        make(unit=below) for make in (VoiceFactory, NeedFactory, InsightFactory)
    )

    def sees(unit, *roles):
        staff = StaffFactory(unit=unit, roles=list(roles))
        return [
            list(model.objects.visible_to(staff)) == [thing]
            for model, thing in ((Voice, voice), (Need, need), (Insight, insight))
        ]

    assert sees(root, Role.AUDITOR) == sees(below, Role.OFFICER) == [True, True, True]
    assert sees(beside, Role.SUPERVISOR) == sees(root, Role.ADMIN) == [False, False, False]
