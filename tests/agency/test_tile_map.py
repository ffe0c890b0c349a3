"""Thailand in tiles: every province once, at most five classes, each opens its records."""

from agency.provinces import PROVINCES
from agency.tile_map import TILES, shades_of, tile_map


def test_every_province_has_a_place_of_its_own():
    assert set(TILES) == set(PROVINCES)
    assert len({(column, row) for column, row, *_names in TILES.values()}) == 77
    assert len({short for *_place, short, _english in TILES.values()}) == 77
    assert len({english for *_rest, english in TILES.values()}) == 77


def test_classes_hold_about_as_many_provinces_and_equal_numbers_share_one():
    shades = shades_of([0, 1, 1, 1, 2, 3, 5, 8, 13, 90])

    assert [(each.number, each.low, each.high) for each in shades] == [
        (2, 1, 2),
        (3, 3, 5),
        (4, 8, 13),
        (5, 90, 90),
    ]
    assert shades_of([0, 0]) == []
    assert [(each.number, each.words) for each in shades_of([1_200])] == [(5, "1,200")]


def test_only_provinces_with_cases_open_something():
    drawn = tile_map({"10": 4, "50": 1}, title="x", url=lambda code: f"/?province={code}")

    opened = {tile.name: tile.url for tile in drawn.tiles if tile.url}
    assert sorted(opened.values()) == ["/?province=10", "/?province=50"]
    assert [tile.count for tile in drawn.ranked] == [4, 1]
