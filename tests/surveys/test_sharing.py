"""Sending by LINE: words to post, and who posted them where."""

import pytest
import time_machine

from agency.models import AuditEntry
from surveys.models import Mode
from surveys.selectors.links import wave_url
from tests.factories.agency import StaffFactory
from tests.factories.surveys import CLOSES, NOW, SurveyFactory, WaveFactory

pytestmark = pytest.mark.django_db


def test_officer_copies_the_post_and_writes_down_where_it_went(client):
    officer = StaffFactory.create()
    survey = SurveyFactory.create(unit=officer.unit, title_th="ความพึงพอใจ", is_anonymous=True)
    wave = WaveFactory.create(version__survey=survey, code="sat-2570")
    client.force_login(officer)
    place = f"/surveys/waves/{wave.pk}/line/"

    with time_machine.travel(NOW, tick=False):
        thai, english = client.get(place).context["to_write"]
        empty = client.post(place, {"place": " "})
        client.post(place, {"place": "LINE OA กรมบริการประชาชน"})
        page = client.get(place)

    assert thai.text.splitlines() == [
        f"{officer.unit.name_th} ขอความเห็นของท่าน: ความพึงพอใจ",
        wave_url(wave),
        "เปิดรับคำตอบถึง 1 ธ.ค. 2569 00.00 น. ตามเวลากรุงเทพฯ",
        "แบบสำรวจนี้ไม่ระบุตัวตน",
        "การตอบเป็นไปโดยสมัครใจ หน่วยงานไม่ถามรหัสผ่านและไม่เรียกเก็บเงิน",
    ]
    assert survey.title_en in english.text
    assert "place" in empty.context["form"].errors
    entry = AuditEntry.objects.get(verb="posted_in_line")
    assert (entry.by, entry.at, entry.data) == (officer, NOW, {"place": "LINE OA กรมบริการประชาชน"})
    assert page.context["posted"] == [entry]


@pytest.mark.parametrize(("modes", "at"), [([Mode.INVITATION], NOW), ([Mode.LINK], CLOSES)])
def test_what_takes_no_answers_is_not_posted(client, modes, at):
    officer = StaffFactory.create()
    survey = SurveyFactory.create(unit=officer.unit)
    wave = WaveFactory.create(version__survey=survey, modes=modes)

    with time_machine.travel(at, tick=False):
        client.force_login(officer)
        refused = client.post(f"/surveys/waves/{wave.pk}/line/", {"place": "LINE OA"})

    assert refused.context["form"].non_field_errors()
    assert not AuditEntry.objects.filter(verb="posted_in_line").exists()
