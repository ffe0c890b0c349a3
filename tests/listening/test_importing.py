"""Voices out of a table: what is taken, what is refused and why, and that a second time changes nothing."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from listening.models import Voice
from tests.factories.agency import ChannelFactory, ServiceFactory, ThaiCalendarFactory, UnitFactory

pytestmark = pytest.mark.django_db

TABLE = """เลขที่,วันที่,ข้อความ,ช่องทาง,ประเภท,ชื่อ
a1,1/10/2568,คิวนาน โทร 081-234-5678,line,complaint,มานี
a2,2025-10-02T09:00,ขอบคุณครับ,line,,
a1,2/10/2568,ซ้ำ,line,,
a4,วันไหนไม่รู้,อะไร,line,,
a5,3/10/2568,อะไร,pigeon,,
a6,3/10/2568,,line,,
a7,1/1/2700,อนาคต,line,,
a8,3/10/2568,ไม่มีช่องทาง,,rumour,
"""


def run(path, *more):
    """Run the command and return what it says."""
    out = StringIO()
    with override("en"):
        call_command("import_voices", str(path), "--source", "old", *more, stdout=out)
    return json.loads(out.getvalue())


def test_table_is_taken_over_once_and_bad_rows_are_said(tmp_path):
    ThaiCalendarFactory()
    unit = UnitFactory(code="HQ")
    ServiceFactory(unit=unit)
    ChannelFactory(code="line", is_digital=True)
    file = tmp_path / "voices.csv"
    file.write_text(TABLE, encoding="utf-8-sig")

    tried = run(file, "--dry-run")
    assert not Voice.objects.exists()
    first, second = run(file, "--unit", "HQ"), run(file)

    counts = ("rows", "created", "updated", "unchanged", "rejected")
    assert [tried[name] for name in counts] == [8, 2, 0, 0, 6]
    assert [first[name] for name in counts] == [8, 2, 0, 0, 6]
    assert [second[name] for name in counts] == [8, 0, 0, 2, 6]
    assert [(error["row"], error["column"]) for error in first["errors"]] == [
        *((4, "เลขที่"), (5, "วันที่"), (6, "ช่องทาง"), (7, "ข้อความ"), (8, "วันที่"), (9, "ช่องทาง")),
    ]
    one, two = Voice.objects.order_by("external_ref")
    assert (one.status, one.kind, one.person.name) == ("triaged", "complaint", "มานี")
    assert one.masked_body == "คิวนาน โทร [โทรศัพท์]"
    assert (two.status, two.unit, two.is_digital) == ("new", unit, True)
    assert one.received_at < one.recorded_at < one.triage_due_at


def test_what_cannot_be_used_at_all_is_one_sentence(tmp_path):
    file, mapping = tmp_path / "voices.csv", tmp_path / "map.json"
    file.write_text("สี,ขนาด\nแดง,1\n", encoding="utf-8")

    for told, sentence in [
        (None, "No column was found for"),
        ("{", "no readable JSON"),
        ('{"fields": {}}', "needs “fields”"),
        ('{"fields": {"colour": "สี"}}', "colour"),
        ('{"fields": {"body": {"col": "สี"}}}', "column, value and values"),
    ]:
        more = []
        if told:
            mapping.write_text(told, encoding="utf-8")
            more = ["--mapping", str(mapping)]
        with pytest.raises(CommandError, match=sentence):
            run(file, *more)
    with pytest.raises(CommandError, match="called nobody"):
        run(file, "--by", "nobody")
    with override("en"), pytest.raises(CommandError, match="at most 40"):
        call_command("import_voices", str(file), "--source", "x" * 41)
