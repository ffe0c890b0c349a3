"""A wave with many answers, written by PostgreSQL itself: strata, clusters, weights and gaps."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from surveys import lifecycle

if TYPE_CHECKING:
    from agency.models import Staff

QUESTIONS, GROUPS, STRATA = 30, 5, 20
CODE = "bench-{count}"


def document() -> dict[str, Any]:
    """Return a questionnaire of thirty scales and the group of who answers."""
    points = [{"code": str(point), "text": both(f"ระดับ {point}")} for point in range(1, 6)]
    groups = [{"code": f"g{one}", "text": both(f"กลุ่ม {one}")} for one in range(1, GROUPS + 1)]
    scales = [
        {"code": f"q{one}", "type": "scale", "text": both(f"ข้อ {one}"), "options": points}
        for one in range(1, QUESTIONS + 1)
    ]
    asked = [{"code": "who", "type": "single", "text": both("กลุ่ม"), "options": groups}, *scales]
    return {"sections": [{"code": "s1", "text": both("คำถาม"), "questions": asked}]}


def both(words: str) -> dict[str, str]:
    """Return words in both languages."""
    return {"th": words, "en": words}


def wave_with(count: int, *, by: Staff, at: datetime) -> int:
    """Return a wave with that many answers, strata, clusters, weights and gaps; made once."""
    with connection.cursor() as cursor:
        code = CODE.format(count=count)
        cursor.execute("SELECT id FROM surveys_wave WHERE code = %s", [code])
        known = cursor.fetchone()
        if known:
            return int(known[0])
        wave = prepared(code, by=by, at=at)
        cursor.execute(ANSWERS, {"wave": wave.pk, "version": wave.version_id, "count": count})
        cursor.execute("ANALYZE surveys_response")
    return int(wave.pk)


@transaction.atomic
def prepared(code: str, *, by: Staff, at: datetime) -> Any:
    """Publish the questionnaire and open a wave of it that closed yesterday."""
    survey = lifecycle.begin(
        code=code, unit=by.unit, by=by, at=at, document=document(), title_th="แบบสำรวจทดสอบความเร็ว"
    )
    version = lifecycle.publish(survey, by=by, at=at)
    opened = at - timedelta(days=30)
    wave = lifecycle.prepare(
        survey,
        version=version,
        by=by,
        at=opened,
        code=code,
        name_th="รอบทดสอบ",
        opens_at=opened,
        closes_at=at - timedelta(days=1),
        modes=["link"],
        is_probability=True,
        weighting="given",
        cluster_column="unit",
        responsible=by,
        strata=[
            {"code": f"s{one}", "label_th": f"ชั้น {one}", "population": 1_000_000}
            for one in range(1, STRATA + 1)
        ],
    )
    lifecycle.write_past(wave, [], closed_at=at - timedelta(days=1))
    return wave


ANSWERS = f"""
INSERT INTO surveys_response (wave_id, version_id, uid, mode, language, state, answers, page, is_anonymous,
    stratum_id, unit_id, weight, reference, saved_on, submitted_on, submitted_at, ended_reason)
SELECT %(wave)s, %(version)s, gen_random_uuid(), 'link', 'th', 'complete',
    jsonb_build_object('who', 'g' || (1 + n %% {GROUPS}))
    || (SELECT jsonb_object_agg('q' || q, 1 + (hashint8(n * 31 + q) & 65535) %% 5)
        FROM generate_series(1, {QUESTIONS}) q WHERE (hashint8(n * 37 + q) & 65535) %% 33 > 0),
    '', false, strata.pks[1 + (hashint8(n) & 65535) %% {STRATA}],
    places.pks[1 + (hashint8(n + 7) & 65535) %% cardinality(places.pks)],
    0.5 + ((hashint8(n + 11) & 65535) %% 250) / 100.0, '', wave.day, wave.day, wave.opens_at, ''
FROM generate_series(1, %(count)s) n,
    (SELECT array_agg(id ORDER BY id) pks FROM surveys_stratum WHERE wave_id = %(wave)s) strata,
    (SELECT array_agg(id ORDER BY id) pks FROM agency_unit) places,
    (SELECT opens_at, opens_at::date AS day FROM surveys_wave WHERE id = %(wave)s) wave
"""  # noqa: S608 - whole numbers of our own
