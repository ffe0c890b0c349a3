"""The tags every template may load."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from agency.charts import Bar, BarChart, Line, LineChart, Point
from agency.ruler import TimeLeft

NOW = datetime(2026, 10, 21, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _thai():
    with translation.override("th"):
        yield


def draw(text, **context):
    return Template("{% load portal %}" + text).render(Context(context)).strip()


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("{{ at|thai_date }}", "21 ต.ค. 2569"),
        ("{{ at|thai_date_long }}", "21 ตุลาคม 2569"),
        ("{{ at|thai_day }}", "วันพุธที่ 21 ต.ค. 2569"),
        ("{{ at|thai_datetime }}", "21 ต.ค. 2569 10.00 น."),
        ("{{ at|thai_time }}", "10.00 น."),
        ("{{ at|thai_month }}", "ตุลาคม 2569"),
        ("{{ at|fiscal_year }}", "2570"),
        ("{{ at|thai_date|thai_numerals }}", "๒๑ ต.ค. ๒๕๖๙"),
        ("{{ phone|phone }}", "081-234-5678"),
        (
            "{{ pin|national_id }}",
            "1-1017-00230-70-8",
        ),
        ("{{ mapping|lookup:'a' }}", "1"),
        ("{% yes_no True %} {% yes_no False %}", "ใช่ ไม่ใช่"),
    ],
)
def test_values_are_written(text, drawn):
    facts = {
        "at": NOW,
        "phone": "0812345678",
        "pin": "1101700230708",
        "mail": "somchai@agency.example",
        "name": "สมชาย ใจดี",
        "mapping": {"a": 1},
    }

    assert draw(text, **facts) == drawn


@pytest.mark.parametrize(
    "name",
    [
        *("thai_date", "thai_date_long", "thai_day", "thai_datetime", "thai_time", "thai_month"),
        "since_words",
        *("national_id", "phone"),
    ],
)
def test_nothing_is_a_dash(name):
    assert draw("{{ nothing|" + name + " }}", nothing=None) == "–"


def test_a_moment_says_how_long_ago_and_exactly_when():
    with time_machine.travel(NOW, tick=False):
        drawn = draw("{% moment at %}", at=NOW - timedelta(minutes=5))

    assert drawn == (
        '<time datetime="2026-10-21T02:55:00+00:00" title="21 ต.ค. 2569 09.55 น.">5 นาทีที่แล้ว</time>'
    )
    assert draw("{% moment at %}", at=None) == "–"


def test_an_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in draw('{% icon "bell" %}')
    assert 'role="img" aria-label="&lt;ปิด&gt;"' in draw('{% icon "bell" label %}', label="<ปิด>")


def test_every_icon_that_is_used_is_drawn():
    drawn = set(
        re.findall(r'id="([^"]+)"', Path(settings.BASE_DIR, "static/pmqa/icons.svg").read_text())
    )
    templates = Path(settings.BASE_DIR, "templates").rglob("*.html")
    used = {
        name for path in templates for name in re.findall(r'{% icon "([^"]+)"', path.read_text())
    }

    assert used - drawn == set()


@pytest.mark.parametrize(
    ("tag", "classes", "icon"),
    [
        ('{% badge "รอ" "paused" %}', "tone-paused", "#pause"),
        ('{% badge "รอ" "paused" "lock" %}', "tone-paused", "#lock"),
        ('{% badge "รอ" "nonsense" %}', "tone-done", "#check"),
        ("{% time_left left %}", "tone-overdue", "#alert"),
        ("{% mini_ruler left %}", "tone-overdue", "#alert"),
    ],
)
def test_a_status_has_colour_icon_and_words(tag, classes, icon):
    drawn = draw(tag, left=TimeLeft(days=-2))

    assert classes in drawn
    assert icon in drawn
    assert "รอ" in drawn or "เกิน 2 วันทำการ" in drawn


def test_a_clock_without_a_due_date_has_no_bar():
    assert "<rect" not in draw("{% mini_ruler left %}", left=TimeLeft(days=None))


def test_the_query_is_changed_and_the_rest_stays():
    request = RequestFactory().get("/?q=a&cursor=x&status=1&status=2")

    assert (
        draw("{% query sort='due' cursor=None %}", request=request)
        == "?q=a&amp;status=1&amp;status=2&amp;sort=due"
    )
    assert draw("{% query sort='due' %}") == "?sort=due"


def test_charts_are_drawn_with_links_and_a_table():
    bars = BarChart(title="ช่องทาง", bars=[Bar(label="<โทร>", value=3, url="/x/")])
    lines = LineChart(
        title="แนวโน้ม", lines=[Line(label="ปีนี้", points=[Point(label="ต.ค.", value=3, url="/y/")])]
    )

    assert '<a href="/x/">&lt;โทร&gt;</a>' in draw("{% chart chart %}", chart=bars)
    drawn = draw("{% chart chart %}", chart=lines)
    assert 'aria-label="ปีนี้ ต.ค. 3 "' in drawn
    assert '<td class="is-number"><a href="/y/">3</a></td>' in drawn


class SampleForm(forms.Form):
    name = forms.CharField(label="ชื่อ", max_length=50)
    body = forms.CharField(label="ข้อความ", max_length=500, required=False, widget=forms.Textarea)
    ways = forms.MultipleChoiceField(
        label="ทาง", choices=[("a", "A")], widget=forms.CheckboxSelectMultiple
    )


def test_the_error_summary_leads_to_each_field():
    form = SampleForm({})
    form.add_error(None, "ทั้งหมด")

    found = draw(
        "{% for error in form|error_list %}{{ error.id }}:{{ error.label }} {% endfor %}", form=form
    )

    assert found == ": id_name:ชื่อ id_ways_0:ทาง"


def test_fields_are_rendered_with_the_optional_ones_marked():
    text = "{% load crispy_forms_tags %}{{ form|crispy }}"

    drawn = draw(text, form=SampleForm({"name": "", "body": "x", "ways": "a"}))

    assert drawn.count("(ไม่บังคับ)") == 1
    assert 'data-counter="id_body" data-limit="500"' in drawn
    assert 'data-counter="id_name"' not in drawn
    assert 'id="id_name_error"' in drawn
    assert "asteriskField" not in drawn
    assert draw("{{ day|fiscal_year }}", day=date(2026, 9, 30)) == "2569"
