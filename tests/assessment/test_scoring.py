"""The score of an item: 300 × share, then 100 × share of each level whose lower levels are complete."""

import pytest

from pmqa.assessment.scoring import Score, Tally, mean_of, score_of


@pytest.mark.parametrize(
    ("ticked", "boxes", "points", "level"),
    [
        ((0, 0, 0), (3, 2, 2), 0, 0),
        ((1, 0, 0), (3, 2, 2), 100, 0),
        ((2, 2, 2), (3, 2, 2), 200, 0),  # higher ticks count for nothing while Basic lacks one
        ((3, 0, 0), (3, 2, 2), 300, 1),
        ((3, 1, 2), (3, 2, 2), 350, 1),
        ((3, 2, 0), (3, 2, 2), 400, 2),
        ((3, 2, 1), (3, 2, 2), 450, 2),
        ((3, 2, 2), (3, 2, 2), 500, 3),
        ((1, 1, 1), (1, 1, 1), 500, 3),
        ((1, 0, 1), (1, 1, 1), 300, 1),
        ((1, 0, 1), (1, 0, 1), 300, 1),  # a level without boxes cannot be reached
        ((0, 0, 0), (0, 0, 0), 0, 0),
    ],
)
def test_an_item_is_scored_by_its_levels(ticked, boxes, points, level):
    tallies = {
        number: Tally(*pair) for number, pair in enumerate(zip(ticked, boxes, strict=True), start=1)
    }

    assert score_of(tallies) == Score(points=points, level=level)


def test_thirds_are_rounded_to_two_places_and_the_category_is_the_mean():
    scores = [Score(points=500, level=3), Score(points=100, level=0), Score(points=0, level=0)]

    assert mean_of(scores) == 200
    assert mean_of([]) is None
    assert score_of({1: Tally(1, 7)}).points == 42.86


@pytest.mark.parametrize(("level", "following"), [(0, 1), (1, 2), (2, 3), (3, 0)])
def test_the_next_level_is_the_one_above(level, following):
    assert Score(points=0, level=level).next_level == following
