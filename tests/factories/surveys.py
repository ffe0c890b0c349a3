"""Rows of the surveys room for tests: the plainest row that may exist."""

import uuid
from datetime import UTC, date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from agency.calendars import version_for
from surveys.models import (
    Condition,
    FollowUp,
    Invitation,
    MatrixRow,
    Mode,
    Option,
    Pulse,
    Question,
    QuestionType,
    Quota,
    Response,
    Rule,
    Section,
    Stratum,
    Survey,
    Version,
    Wave,
)
from tests.factories.agency import PersonFactory, StaffFactory, UnitFactory

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)  # Monday 2 November 2569, 10:00 in Bangkok
OPENS = datetime(2026, 10, 31, 17, 0, tzinfo=UTC)  # 1 November, 00:00 in Bangkok
CLOSES = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)  # 1 December, 00:00 in Bangkok


def text(thai: str, english: str = "") -> dict[str, str]:
    """Return a text of a document."""
    return {"th": thai, "en": english}


POINTS = [
    {"code": str(point), "text": text(f"ระดับ {point}", f"Level {point}")} for point in range(1, 6)
]
DOCUMENT = {
    "format": 1,
    "survey": "sat",
    "title": text("ความพึงพอใจต่อบริการ", "Satisfaction with the service"),
    "intro": text("ขอความร่วมมือตอบแบบสอบถาม", "Please answer"),
    "thanks": text("ขอบคุณ", "Thank you"),
    "bands": [],
    "sections": [
        {
            "code": "s1",
            "text": text("การใช้บริการ", "Your visit"),
            "intro": text(""),
            "rule": None,
            "questions": [
                {
                    "code": "channel",
                    "type": "single",
                    "text": text("ใช้บริการทางใด", "How were you served"),
                    "is_required": True,
                    "options": [
                        {"code": "counter", "text": text("เคาน์เตอร์", "Counter")},
                        {"code": "online", "text": text("ออนไลน์", "Online")},
                        {"code": "else", "text": text("อื่น ๆ", "Other"), "is_other": True},
                    ],
                },
                {
                    "code": "overall",
                    "type": "scale",
                    "text": text("ความพึงพอใจโดยรวม", "Overall satisfaction"),
                    "dimension": "overall",
                    "is_required": True,
                    "options": POINTS,
                },
            ],
        },
        {
            "code": "s2",
            "text": text("รายละเอียด", "Details"),
            "intro": text(""),
            "rule": None,
            "questions": [
                {
                    "code": "why",
                    "type": "multi",
                    "text": text("ไม่พึงพอใจเพราะเหตุใด", "Why not"),
                    "dimension": "dissatisfaction",
                    "rule": {
                        "match": "all",
                        "conditions": [{"column": "overall", "operator": "at_most", "value": "2"}],
                    },
                    "options": [
                        {"code": "slow", "text": text("รอนาน", "Long wait")},
                        {"code": "rude", "text": text("กิริยาไม่สุภาพ", "Rude")},
                        {"code": "none", "text": text("ไม่มี", "None"), "is_exclusive": True},
                    ],
                },
                {
                    "code": "parts",
                    "type": "matrix",
                    "text": text("ความพึงพอใจรายด้าน", "Parts of the service"),
                    "has_not_applicable": True,
                    "options": POINTS,
                    "rows": [
                        {"code": "steps", "text": text("ขั้นตอน", "Steps"), "dimension": "process"},
                        {"code": "staff", "text": text("เจ้าหน้าที่", "Staff"), "dimension": "staff"},
                    ],
                },
                {"code": "recommend", "type": "nps", "text": text("จะแนะนำหรือไม่", "Recommend")},
                {"code": "comment", "type": "text", "text": text("ข้อเสนอแนะ", "Comment")},
            ],
        },
    ],
}

PULSE_DOCUMENT = {
    **DOCUMENT,
    "sections": [
        {
            **DOCUMENT["sections"][0],
            "questions": [
                {
                    "code": "overall",
                    "type": "scale",
                    "dimension": "overall",
                    "text": text("พึงพอใจเพียงใด", "How satisfied"),
                    "is_required": True,
                    "options": POINTS,
                },
                {"code": "comment", "type": "text", "text": text("ความเห็น", "Comment")},
            ],
        }
    ],
}


class SurveyFactory(DjangoModelFactory):
    """A satisfaction survey without content, of its owner's unit."""

    class Meta:
        model = Survey

    code = factory.Sequence(lambda n: f"survey{n}")
    title_th = factory.Sequence(lambda n: f"แบบสำรวจ {n}")
    title_en = factory.Sequence(lambda n: f"Survey {n}")
    unit = factory.SubFactory(UnitFactory)
    owner = factory.SubFactory(StaffFactory, unit=factory.SelfAttribute("..unit"))
    created_at = NOW
    changed_at = NOW


class SectionFactory(DjangoModelFactory):
    """A section."""

    class Meta:
        model = Section

    survey = factory.SubFactory(SurveyFactory)
    code = factory.Sequence(lambda n: f"s{n}")
    position = factory.Sequence(lambda n: n)
    text_th = factory.Sequence(lambda n: f"ตอนที่ {n}")
    text_en = factory.Sequence(lambda n: f"Part {n}")


class QuestionFactory(DjangoModelFactory):
    """A question for a text."""

    class Meta:
        model = Question

    section = factory.SubFactory(SectionFactory)
    survey = factory.SelfAttribute("section.survey")
    code = factory.Sequence(lambda n: f"q{n}")
    position = factory.Sequence(lambda n: n)
    type = QuestionType.TEXT
    text_th = factory.Sequence(lambda n: f"คำถาม {n}")
    text_en = factory.Sequence(lambda n: f"Question {n}")


class OptionFactory(DjangoModelFactory):
    """An option of a choice."""

    class Meta:
        model = Option

    question = factory.SubFactory(QuestionFactory, type=QuestionType.SINGLE)
    code = factory.Sequence(lambda n: f"a{n}")
    position = factory.Sequence(lambda n: n)
    text_th = factory.Sequence(lambda n: f"ตัวเลือก {n}")
    text_en = factory.Sequence(lambda n: f"Option {n}")


class MatrixRowFactory(DjangoModelFactory):
    """A row of a matrix."""

    class Meta:
        model = MatrixRow

    question = factory.SubFactory(QuestionFactory, type=QuestionType.MATRIX)
    code = factory.Sequence(lambda n: f"r{n}")
    position = factory.Sequence(lambda n: n)
    text_th = factory.Sequence(lambda n: f"รายการ {n}")
    text_en = factory.Sequence(lambda n: f"Row {n}")


class RuleFactory(DjangoModelFactory):
    """A rule of a question, without conditions."""

    class Meta:
        model = Rule

    question = factory.SubFactory(QuestionFactory)
    survey = factory.SelfAttribute("question.survey")


class ConditionFactory(DjangoModelFactory):
    """Shown if the source was answered."""

    class Meta:
        model = Condition

    rule = factory.SubFactory(RuleFactory)
    source = factory.SubFactory(QuestionFactory)
    operator = Condition.Operator.ANSWERED


class VersionFactory(DjangoModelFactory):
    """The first published version, with `DOCUMENT`."""

    class Meta:
        model = Version

    survey = factory.SubFactory(SurveyFactory)
    number = 1
    document = factory.LazyFunction(lambda: DOCUMENT)
    sha256 = "0" * 64
    published_at = NOW
    published_by = factory.SelfAttribute("survey.owner")


class WaveFactory(DjangoModelFactory):
    """A wave that is open on `NOW`."""

    class Meta:
        model = Wave

    version = factory.SubFactory(VersionFactory)
    survey = factory.SelfAttribute("version.survey")
    code = factory.Sequence(lambda n: f"wave-{n}")
    name_th = factory.Sequence(lambda n: f"รอบที่ {n}")
    name_en = factory.Sequence(lambda n: f"Wave {n}")
    state = Wave.State.OPEN
    opens_at = OPENS
    opened_at = OPENS
    closes_at = CLOSES
    modes = [Mode.LINK]
    responsible = factory.SelfAttribute("survey.owner")
    made_at = NOW
    made_by = factory.SelfAttribute("survey.owner")


class StratumFactory(DjangoModelFactory):
    """A stratum of a hundred."""

    class Meta:
        model = Stratum

    wave = factory.SubFactory(WaveFactory)
    code = factory.Sequence(lambda n: f"h{n}")
    label_th = factory.Sequence(lambda n: f"กลุ่มที่ {n}")
    population = 100


class QuotaFactory(DjangoModelFactory):
    """At most one answer by the counter."""

    class Meta:
        model = Quota

    wave = factory.SubFactory(WaveFactory)
    column = "channel"
    value = "counter"
    limit = 1


class InvitationFactory(DjangoModelFactory):
    """An invitation that was not sent yet."""

    class Meta:
        model = Invitation

    wave = factory.SubFactory(WaveFactory)
    token_hash = factory.Sequence(lambda n: n.to_bytes(32, "big"))
    is_anonymous = factory.SelfAttribute("wave.survey.is_anonymous")
    made_at = NOW


class ResponseFactory(DjangoModelFactory):
    """A complete response by the public link."""

    class Meta:
        model = Response

    wave = factory.SubFactory(WaveFactory)
    version = factory.SelfAttribute("wave.version")
    uid = factory.LazyFunction(uuid.uuid4)
    mode = Mode.LINK
    state = Response.State.COMPLETE
    answers = factory.LazyFunction(lambda: {"channel": "counter", "overall": 4})
    is_anonymous = factory.SelfAttribute("wave.survey.is_anonymous")
    saved_on = date(2026, 11, 2)
    submitted_on = date(2026, 11, 2)
    submitted_at = factory.Maybe("is_anonymous", yes_declaration=None, no_declaration=NOW)


class PulseFactory(DjangoModelFactory):
    """The question after complaints, of every service."""

    class Meta:
        model = Pulse

    wave = factory.SubFactory(WaveFactory, version__document=PULSE_DOCUMENT)
    trigger = Pulse.Trigger.COMPLAINT_CLOSED


class FollowUpFactory(DjangoModelFactory):
    """A follow-up that is due in two weeks."""

    class Meta:
        model = FollowUp

    wave = factory.SubFactory(WaveFactory)
    person = factory.SubFactory(PersonFactory)
    unit = factory.SelfAttribute("wave.survey.unit")
    opened_at = NOW
    due_at = NOW + timedelta(days=14)
    calendar_version = factory.LazyAttribute(lambda row: version_for(row.unit))
