"""Rows of the listening room for tests: the plainest row that may exist."""

from datetime import UTC, date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from agency.models import Channel
from listening.models import (
    Engagement,
    Evidence,
    Insight,
    Kind,
    Need,
    Occasion,
    Reply,
    Stakeholder,
    Status,
    Suggestion,
    Taxonomy,
    TextModel,
    Topic,
    TopicAlert,
    TrainingExample,
    Voice,
    VoiceTag,
    VoiceText,
)
from listening.selectors.text_models import mark_in_use
from tests.factories.agency import ChannelFactory, SegmentFactory, StaffFactory, UnitFactory

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)  # Monday 2 November 2569, 10:00 in Bangkok


class OccasionFactory(DjangoModelFactory):
    """A field visit."""

    class Meta:
        model = Occasion

    title = factory.Sequence(lambda n: f"ลงพื้นที่ครั้งที่ {n}")
    held_on = date(2026, 11, 2)
    unit = factory.SelfAttribute("by.unit")
    by = factory.SubFactory(StaffFactory)
    recorded_at = NOW


class VoiceFactory(DjangoModelFactory):
    """A voice by a reactive channel that nobody has classified yet; found by its text."""

    class Meta:
        model = Voice
        skip_postgeneration_save = True

    channel = factory.SubFactory(ChannelFactory)
    mode = Channel.Mode.REACTIVE
    received_at = NOW
    recorded_at = factory.SelfAttribute("received_at")
    touched_at = factory.SelfAttribute("recorded_at")
    body = factory.Sequence(lambda n: f"รอคิวนานมาก ครั้งที่ {n}")
    masked_body = factory.SelfAttribute("body")
    unit = factory.SubFactory(UnitFactory)
    first_unit = factory.SelfAttribute("unit")
    triage_due_at = factory.LazyAttribute(lambda voice: voice.received_at + timedelta(days=3))
    loop_due_at = factory.LazyAttribute(lambda voice: voice.received_at + timedelta(days=21))

    class Params:
        triaged = factory.Trait(
            status=Status.TRIAGED, kind=Kind.SUGGESTION, triaged_at=NOW + timedelta(hours=1)
        )

    @factory.post_generation
    def text(self, create, extracted, **kwargs):
        """Write what a search finds it by."""
        if create:
            VoiceText.objects.create(voice=self, body=self.body)


class ReplyFactory(DjangoModelFactory):
    """A reply in the channel itself."""

    class Meta:
        model = Reply

    voice = factory.SubFactory(VoiceFactory, triaged=True)
    text = "ขอบคุณที่แจ้ง"
    by = factory.SubFactory(StaffFactory)
    at = NOW


class TaxonomyFactory(DjangoModelFactory):
    """A list of topics that is in use."""

    class Meta:
        model = Taxonomy
        django_get_or_create = ["is_in_use"]

    number = factory.Sequence(lambda n: n + 1)
    mark = "0" * 12
    is_in_use = True
    made_at = NOW


class TopicFactory(DjangoModelFactory):
    """A topic of the list in use."""

    class Meta:
        model = Topic

    taxonomy = factory.SubFactory(TaxonomyFactory)
    code = factory.Sequence(lambda n: f"topic-{n}")
    name_th = factory.Sequence(lambda n: f"หัวข้อ {n}")


class SuggestionFactory(DjangoModelFactory):
    """A classifier's guess of the kind."""

    class Meta:
        model = Suggestion

    voice = factory.SubFactory(VoiceFactory)
    label = "kind"
    value = Kind.COMPLAINT
    probability = "0.8200"
    model_name = "kind"
    model_version = "0123456789ab"
    at = NOW


class TrainingExampleFactory(DjangoModelFactory):
    """A text an officer gave a kind."""

    class Meta:
        model = TrainingExample

    label = "kind"
    text = "รอคิวนานมาก"
    value = Kind.COMPLAINT
    at = NOW


class NeedFactory(DjangoModelFactory):
    """A need of a segment."""

    class Meta:
        model = Need

    segment = factory.SubFactory(SegmentFactory)
    title = factory.Sequence(lambda n: f"ต้องการบริการที่รวดเร็ว {n}")
    unit = factory.SubFactory(UnitFactory)
    review_on = date(2027, 1, 4)
    made_at = NOW
    changed_at = NOW


class VoiceTagFactory(DjangoModelFactory):
    """A need tagged on the first words of a voice."""

    class Meta:
        model = VoiceTag

    voice = factory.SubFactory(VoiceFactory)
    need = factory.SubFactory(NeedFactory)
    start = 0
    end = 8
    passage = "รอคิวนาน"
    by = factory.SubFactory(StaffFactory)
    at = NOW


class StakeholderFactory(DjangoModelFactory):
    """A group the agency speaks with."""

    class Meta:
        model = Stakeholder

    name = factory.Sequence(lambda n: f"สมาคมผู้ใช้บริการ {n}")
    segment = factory.SubFactory(SegmentFactory)
    unit = factory.SubFactory(UnitFactory)
    made_at = NOW


class EngagementFactory(DjangoModelFactory):
    """A meeting with a stakeholder."""

    class Meta:
        model = Engagement

    stakeholder = factory.SubFactory(StakeholderFactory)
    held_on = date(2026, 11, 2)
    summary = "หารือเรื่องคิว"
    by = factory.SubFactory(StaffFactory)
    recorded_at = NOW


class InsightFactory(DjangoModelFactory):
    """A drafted finding."""

    class Meta:
        model = Insight

    title = factory.Sequence(lambda n: f"คนทำงานมาไม่ทันเวลาราชการ {n}")
    finding = "หนึ่งในสามมาหลังเลิกงาน"
    made_by = factory.SubFactory(StaffFactory)
    unit = factory.SelfAttribute("made_by.unit")
    made_at = NOW
    changed_at = NOW


class EvidenceFactory(DjangoModelFactory):
    """What an insight rests on."""

    class Meta:
        model = Evidence

    insight = factory.SubFactory(InsightFactory)
    source = "other"
    words = "บันทึกจากการประชุม"
    by = factory.SelfAttribute("insight.made_by")
    at = NOW


class TopicAlertFactory(DjangoModelFactory):
    """A rise of yesterday that nobody looked at yet."""

    class Meta:
        model = TopicAlert

    unit = factory.SubFactory(UnitFactory)
    topic = factory.SubFactory(TopicFactory)
    code = factory.SelfAttribute("topic.code")
    first_on = date(2026, 11, 1)
    last_on = factory.SelfAttribute("first_on")
    peak_on = factory.SelfAttribute("first_on")
    people = 40
    expected = 8.5
    chance = 0.0001
    made_at = NOW


class TextModelFactory(DjangoModelFactory):
    """A model of the kind in use, whose weights are nowhere."""

    class Meta:
        model = TextModel

    label = "kind"
    version = factory.Sequence(lambda n: str(n + 1))
    state = TextModel.State.IN_USE
    mark = factory.LazyAttribute(lambda model: mark_in_use(model.label))
    sha256 = "0" * 64
    text_count = 400
    held_back_count = 100
    accuracy = "0.8000"
    macro_f1 = "0.7500"
    fill_precision = "0.9500"
    trained_at = NOW
    state_at = NOW
    card = factory.LazyFunction(
        lambda: {
            "labels": ["complaint", "compliment"],
            "confusion": [[40, 10], [10, 40]],
            "per_label": {
                name: {"n": 50, "precision": 0.8, "recall": 0.8, "f1": 0.8}
                for name in ("complaint", "compliment")
            },
            "auto_fill": {"threshold": 0.7, "share": 0.6, "precision": 0.95},
            "calibration_error": 0.03,
            "folds": {"accuracy": 0.79},
            "left_out": {"question": 3},
            "bytes": 120_000,
        }
    )
