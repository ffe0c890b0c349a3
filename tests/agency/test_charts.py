"""Where bars and points stand."""

import pytest

from agency.charts import Bar, BarChart, Line, LineChart, Point, as_data, nice_top, write_number


@pytest.mark.parametrize(
    ("value", "top"),
    [(0, 1), (-3, 1), (0.7, 0.8), (1, 1), (7, 8), (96, 100), (101, 150), (2400, 3000)],
)
def test_the_scale_ends_at_a_round_number(value, top):
    assert nice_top(value) == pytest.approx(top)


@pytest.mark.parametrize(
    ("value", "words"), [(None, "–"), (1234, "1,234"), (98.55, "98.5"), (3.0, "3"), (0, "0")]
)
def test_numbers_are_written_plainly(value, words):
    assert write_number(value) == words


def test_bars_are_as_long_as_their_share_of_the_scale():
    chart = BarChart(
        title="t",
        target=50,
        bars=[
            Bar(label="a", value=100, low=90, high=100),
            Bar(label="b", value=25),
            Bar(label="c", value=None),
        ],
    )

    assert [drawn.width for drawn in chart.drawn] == ["100.00%", "25.00%", "0.00%"]
    assert [drawn.words for drawn in chart.drawn] == ["100", "25", "–"]
    assert [drawn.has_interval for drawn in chart.drawn] == [True, False, False]
    assert chart.target_x == "50.00%"


def test_a_gap_starts_a_new_stroke():
    values = [0, 50, None, 100]
    chart = LineChart(
        title="t",
        top=100,
        lines=[
            Line(label="a", points=[Point(label=str(n), value=v) for n, v in enumerate(values)])
        ],
    )
    drawn = chart.drawn[0]

    assert drawn.path == "M0.0 1000.0 L333.3 500.0 M1000.0 0.0"
    assert [(dot.x, dot.y) for dot in drawn.dots] == [
        ("0.00%", "100.00%"),
        ("33.33%", "50.00%"),
        ("100.00%", "0.00%"),
    ]
    assert drawn.end is not None
    assert drawn.end.point.label == "3"


def test_a_line_may_start_above_nought():
    chart = LineChart(
        title="t",
        bottom=50,
        top=100,
        target=75,
        lines=[Line(label="a", points=[Point(label="1", value=75)])],
    )

    assert chart.target_y == "50.00%"
    assert [line.words for line in chart.grid] == ["50", "75", "100"]


def test_twelve_months_get_six_labels_and_the_last_is_among_them():
    points = [Point(label=str(n), value=n) for n in range(12)]
    chart = LineChart(title="t", lines=[Line(label="a", points=points)])

    assert [tick.words for tick in chart.ticks] == ["1", "3", "5", "7", "9", "11"]


def test_six_lines_are_too_many():
    with pytest.raises(ValueError, match="at most five"):
        LineChart(title="t", lines=[Line(label=str(n), points=[]) for n in range(6)])


def test_an_empty_chart_can_be_drawn():
    chart = LineChart(title="t", lines=[Line(label="a", points=[])])

    assert (chart.drawn[0].path, chart.drawn[0].band, chart.drawn[0].end, chart.rows) == (
        "",
        "",
        None,
        [],
    )


def test_the_running_share_goes_on_from_bar_to_bar():
    bars = [Bar(label="a", value=3, running=0.75), Bar(label="b", value=1, running=1.0)]

    drawn = list(BarChart(title="t", bars=bars).drawn)

    assert [(each.running_from, each.running_to) for each in drawn] == [
        ("0.00%", "75.00%"),
        ("75.00%", "100.00%"),
    ]


def test_data_for_typst_says_what_the_page_says():
    bars = as_data(BarChart(title="t", bars=[Bar(label="a", value=2, n=7)]))
    lines = as_data(
        LineChart(title="t", lines=[Line(label="a", points=[Point(label="m", value=1.5)])])
    )

    assert bars["bars"] == [
        {"label": "a", "value": 2, "words": "2", "low": None, "high": None, "n": 7}
    ]
    assert lines["lines"] == [
        {
            "label": "a",
            "points": [{"label": "m", "value": 1.5, "words": "1.5", "low": None, "high": None}],
        }
    ]


def test_names_of_lines_that_end_close_together_stand_apart():
    ends = (50.0, 50.0, 49.0, 0.0)
    lines = [Line(label=str(end), points=[Point(label="m", value=end)]) for end in ends]

    chart = LineChart(title="t", lines=lines, top=100)

    assert [drawn.name_y for drawn in chart.drawn] == ["50.00%", "59.00%", "68.00%", "100.00%"]
    assert chart.is_keyed


def test_names_at_the_foot_move_up_to_stay_in_the_field():
    lines = [Line(label=str(n), points=[Point(label="m", value=0.0)]) for n in range(2)]

    chart = LineChart(title="t", lines=lines, top=100)

    assert [drawn.name_y for drawn in chart.drawn] == ["91.00%", "100.00%"]
    assert not chart.is_keyed


def test_two_lines_with_long_names_carry_numbers_and_thai_marks_take_no_room():
    def chart(name):
        points = [Point(label="m", value=1.0)]
        return LineChart(title="t", lines=[Line(label=name, points=points)] * 2)

    assert chart("ร้อยละของผู้ตอบ 4–5").is_keyed
    assert not chart("เรื่องที่ปิดแล้ว").is_keyed  # twelve columns, four marks above and below


def test_a_phone_keeps_every_second_label_and_always_the_last():
    def left_out(count):
        points = [Point(label=str(number), value=1.0) for number in range(count)]
        ticks = LineChart(title="t", lines=[Line(label="", points=points)]).ticks
        return [tick.words for tick in ticks if tick.is_between]

    assert [left_out(count) for count in (1, 3, 4, 5)] == [[], [], ["0", "2"], ["1", "3"]]


def test_the_name_of_a_line_that_ends_before_the_others_stands_above_its_end():
    counted = [Point(label="a", value=1.0), Point(label="b", value=None)]
    expected = [Point(label="a", value=None), Point(label="b", value=2.0)]
    lines = [Line(label="x", points=counted), Line(label="y", points=expected)]

    chart = LineChart(title="t", lines=lines)

    assert [each.ends_early for each in chart.drawn] == [True, False]
    assert chart.is_keyed  # its name has no room between the lines
