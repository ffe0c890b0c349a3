"""Pages that show every reusable piece with sample data; only tests can reach them."""

from datetime import UTC, date, datetime

import django_filters
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from agency.actions import Action, Actions
from agency.charts import Bar, BarChart, Line, LineChart, Point
from agency.filters import PeriodFilter
from agency.listing import BulkAction, Column, ListPage, View
from agency.models import Mail
from agency.ruler import Day, Ruler, Span, TimeLeft, days_between
from agency.widgets import NationalIdField, PhoneField, ThaiDateField

NOW = datetime(2026, 10, 21, 3, 0, tzinfo=UTC)  # Wednesday 21 October 2569, 10:00 in Bangkok
HOLIDAYS = {date(2026, 10, 13): "วันนวมินทรมหาราช", date(2026, 10, 23): "วันปิยมหาราช"}

LEFTS = [
    TimeLeft(days=9, used=0.4),
    TimeLeft(days=2, used=0.85),
    TimeLeft(days=0, used=1.0),
    TimeLeft(days=-3, used=1.2),
    TimeLeft(days=5, used=0.6, is_paused=True),
    TimeLeft(days=3, used=0.8, is_ended=True),
    TimeLeft(days=-4, used=1.3, is_ended=True),
    TimeLeft(days=None),
]


class MailFilter(django_filters.FilterSet):
    """Every kind of filter."""

    q = django_filters.CharFilter(label=_("Search"), field_name="subject", lookup_expr="contains")
    to = django_filters.ChoiceFilter(
        label="ผู้รับ", choices=[("a@agency.example", "กองกลาง"), ("b", "กองคลัง")]
    )
    at = PeriodFilter(label="วันที่รับ", field_name="at")
    body = django_filters.CharFilter(label="เนื้อความ", lookup_expr="contains")
    message_id = django_filters.CharFilter(label="เลขอ้างอิง")

    class Meta:
        model = Mail
        fields: list[str] = []


COLUMNS = [
    Column(name="number", label="เลขเรื่อง", sort="pk", is_fixed=True, value=lambda mail: mail.pk),
    Column(
        name="subject", label="เรื่อง", sort="subject", is_fixed=True, value=lambda mail: mail.subject
    ),
    Column(name="left", label="กำหนด"),
    Column(name="at", label="วันที่รับ", sort="at", value=lambda mail: mail.at),
    Column(name="to", label="ผู้รับผิดชอบ", value=lambda mail: mail.to),
    Column(name="body", label="เนื้อความ", is_hidden=True, value=lambda mail: mail.body),
]


def sample_list(request: HttpRequest) -> HttpResponse:
    """A list with everything a list can have."""
    page = ListPage(
        request=request,
        page_name="patterns:list",
        queryset=Mail.objects.all(),
        filterset=MailFilter,
        columns=COLUMNS,
        order="-at",
        views=[View(label="ทั้งหมด"), View(label="ของกองกลาง", query="to=a%40agency.example")],
        bulk=[BulkAction(name="assign", label="มอบหมาย")],
        bulk_url="/patterns/bulk/",
        exports=["csv", "xlsx"],
        per_page=10,
        empty_words="ยังไม่มีเรื่องในคิว กด n เพื่อรับเรื่องใหม่",
    )
    if page.wants_export:
        return page.export()
    for row in page.rows:
        row.left = LEFTS[row.pk % len(LEFTS)]
    template = "patterns/list.html" + ("#rows" if request.htmx else "")
    return render(request, template, {"page": page, "title": "คิวเรื่องร้องเรียน"})


def sample_ruler(**changes: object) -> Ruler:
    """A case with an extension and a pause, three days before its end."""
    start, due = date(2026, 10, 5), date(2026, 10, 30)
    days = tuple(
        Day(
            on=day, is_working=day.weekday() < 5 and day not in HOLIDAYS, name=HOLIDAYS.get(day, "")
        )
        for day in days_between(start, due)
    )
    facts = {
        "start": start,
        "today": date(2026, 10, 21),
        "due": due,
        "left": TimeLeft(days=6, used=0.6),
        "days": days,
        "acknowledged": date(2026, 10, 6),
        "pauses": (Span(start=date(2026, 10, 12), end=date(2026, 10, 15), words="รอข้อมูลจากผู้ร้อง"),),
        "extensions": (Span(start=date(2026, 10, 27), end=due, words="ขออีก 4 วันทำการ"),),
        "explain_url": "#",
    }
    return Ruler(**(facts | changes))


ENTRIES = [
    {
        "icon": "inbox",
        "who": "ศูนย์รับเรื่อง",
        "what": "รับเรื่องทางโทรศัพท์",
        "at": NOW,
        "text": "",
        "kind": "",
    },
    {
        "icon": "complaint",
        "who": "ผู้ร้อง",
        "what": "เขียน",
        "at": NOW,
        "text": "ถนนหน้าโรงเรียนมีหลุมลึกหลายจุด รถจักรยานยนต์ล้มแล้วสองราย ขอให้เร่งซ่อมก่อนเปิดภาคเรียน",
        "kind": "message",
    },
    {
        "icon": "note",
        "who": "สมหญิง ใจดี",
        "what": "บันทึกภายใน",
        "at": NOW,
        "text": "โทรถามแขวงแล้ว รอใบสั่งงาน",
        "kind": "internal",
    },
    {
        "icon": "reply",
        "who": "สมหญิง ใจดี",
        "what": "ตอบผู้ร้อง",
        "at": NOW,
        "text": "ได้ส่งทีมเข้าตรวจสอบแล้วเมื่อวันที่ 20 ตุลาคม 2569",
        "kind": "message is-outgoing",
    },
]


class AnswerForm(forms.Form):
    """One of each field."""

    answer = forms.CharField(
        label="คำตอบ",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="ผู้ร้องจะอ่านข้อความนี้",
    )
    on = ThaiDateField(label="วันที่เกิดเหตุ", required=False)
    national_id = NationalIdField(label="เลขประจำตัวประชาชน", required=False)
    phone = PhoneField(label="โทรศัพท์", required=False)
    outcome = forms.ChoiceField(
        label="ผลการพิจารณา", choices=[("1", "มีมูล"), ("2", "ไม่มีมูล")], widget=forms.RadioSelect
    )
    ways = forms.MultipleChoiceField(
        label="แจ้งทาง",
        choices=[("a", "อีเมล"), ("b", "จดหมาย")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    unit = forms.ChoiceField(label="หน่วยงาน", choices=[("", "เลือกหน่วยงาน"), ("1", "กองกลาง")])
    file = forms.FileField(label="ไฟล์แนบ", required=False)
    agree = forms.BooleanField(label="ได้โทรแจ้งผู้ร้องแล้ว", required=False)


ACTION = Action(
    label="ตอบและปิดเรื่อง",
    url="/patterns/detail/?answer=1",
    icon="reply",
    back_url="/patterns/detail/",
)
ACTIONS = Actions(
    [
        ACTION,
        Action(label="ขอข้อมูลเพิ่ม", url="/patterns/detail/?answer=1", icon="help"),
        Action(label="มอบหมาย", url="/patterns/detail/?answer=1", icon="person"),
        Action(label="ขยายเวลา", url="/patterns/detail/?answer=1", icon="calendar"),
        Action(label="ยุติเรื่อง", url="/patterns/confirm/", icon="trash", is_grave=True),
    ]
)


def sample_detail(request: HttpRequest) -> HttpResponse:
    """A detail page; with `?answer` its form stands open, posted it has errors."""
    context = {
        "title": request.GET.get(
            "subject", "ถนนชำรุดหน้าโรงเรียนบ้านหนองน้ำใส น้ำท่วมขังและเกิดอุบัติเหตุบ่อยครั้ง"
        ),
        "ruler": sample_ruler(),
        "entries": ENTRIES,
        "actions": ACTIONS,
    }
    if request.method == "POST" or "answer" in request.GET:
        context |= {"form": AnswerForm(request.POST or None), "action": ACTION}
    template = "pmqa/parts/action_form.html" if request.htmx else "patterns/detail.html"
    return render(request, template, context)


def sample_confirm(request: HttpRequest) -> HttpResponse:
    """The question before what cannot be undone."""
    context = {
        "title": "ยุติเรื่อง",
        "consequence": "เรื่องนี้จะปิดโดยไม่มีคำตอบ และผู้ร้องจะได้รับหนังสือแจ้งทันที",
        "button": "ยุติเรื่อง",
        "back_url": "/patterns/detail/",
    }
    return render(request, "pmqa/confirm.html", context)


MONTHS = [
    "ต.ค.",
    "พ.ย.",
    "ธ.ค.",
    "ม.ค.",
    "ก.พ.",
    "มี.ค.",
    "เม.ย.",
    "พ.ค.",
    "มิ.ย.",
    "ก.ค.",
    "ส.ค.",
    "ก.ย.",
]
IN_TIME = [82, 84, 83, 88, 90, 87, 91, 92, 90, 93, 94, 93.5]
LAST_YEAR = [75, 78, 80, 79, 81, 83, 82, 80, 84, 85, 83, 86]

LINES = LineChart(
    title="ปิดทันเวลาสูงกว่าเป้าหมายตั้งแต่เดือนเมษายน",
    unit="%",
    target=90,
    target_words="เป้าหมาย 90 %",
    bottom=60,
    top=100,
    source="ข้อมูล ณ 1 ต.ค. 2569",
    n=1204,
    lines=[
        Line(
            label="ปี 2569",
            points=[
                Point(
                    label=month,
                    value=value,
                    low=value - 3,
                    high=min(value + 3, 100),
                    url=f"#{month}",
                )
                for month, value in zip(MONTHS, IN_TIME, strict=True)
            ],
        ),
        Line(
            label="ปี 2568",
            points=[
                Point(label=month, value=value)
                for month, value in zip(MONTHS, LAST_YEAR, strict=True)
            ],
        ),
    ],
)
BARS = BarChart(
    title="เรื่องส่วนใหญ่มาทางโทรศัพท์และเว็บไซต์",
    unit="เรื่อง",
    source="ปีงบประมาณ 2569",
    n=512,
    target=150,
    target_words="เฉลี่ยต่อช่องทาง 150",
    bars=[
        Bar(label="โทรศัพท์ 1111", value=210, url="#", low=190, high=232),
        Bar(label="เว็บไซต์", value=180, url="#"),
        Bar(label="มาด้วยตนเอง", value=72, url="#", tone="soon"),
        Bar(label="หนังสือ", value=50, url="#"),
        Bar(label="โทรสาร", value=None, words="น้อยกว่า 10"),
    ],
)


def sample_figures(request: HttpRequest) -> HttpResponse:
    """Figures, charts, badges, rulers, messages."""
    context = {
        "lines": LINES,
        "bars": BARS,
        "lefts": LEFTS,
        "paused": sample_ruler(left=TimeLeft(days=6, is_paused=True)),
        "late": sample_ruler(
            due=date(2026, 10, 15), left=TimeLeft(days=-4), extensions=(), pauses=()
        ),
    }
    return render(request, "patterns/figures.html", context)


def sample_counter(request: HttpRequest) -> HttpResponse:
    """A public page with a result and a form."""
    return render(request, "patterns/counter.html", {"form": AnswerForm(request.POST or None)})


urlpatterns = [
    path("patterns/list/", sample_list),
    path("patterns/detail/", sample_detail),
    path("patterns/confirm/", sample_confirm),
    path("patterns/figures/", sample_figures),
    path("patterns/counter/", sample_counter),
    path("", include("pmqa.urls")),
]
