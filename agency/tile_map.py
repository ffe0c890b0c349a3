"""Thailand as a map of tiles: one square a province, laid out by ourselves roughly where it lies.

Small provinces can be read and touched as well as large ones, on a phone too; no borders are drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from agency.provinces import PROVINCES, province_name
from agency.thai import is_thai

CLASSES = 5
SIDE = 40
WIDE, HIGH = 11, 18  # tiles

# code: column, row, the usual short names
TILES: dict[str, tuple[int, int, str, str]] = {
    "57": (3, 0, "ชร", "CRI"),
    "58": (1, 1, "มส", "MSN"),
    "50": (2, 1, "ชม", "CMI"),
    "56": (3, 1, "พย", "PYO"),
    "55": (4, 1, "นน", "NAN"),
    "51": (2, 2, "ลพ", "LPN"),
    "52": (3, 2, "ลป", "LPG"),
    "54": (4, 2, "พร", "PRE"),
    "43": (7, 2, "นค", "NKI"),
    "38": (8, 2, "บก", "BKN"),
    "63": (2, 3, "ตก", "TAK"),
    "64": (3, 3, "สท", "STI"),
    "53": (4, 3, "อต", "UTT"),
    "42": (5, 3, "ลย", "LEI"),
    "39": (6, 3, "นภ", "NBP"),
    "41": (7, 3, "อด", "UDN"),
    "47": (8, 3, "สน", "SNK"),
    "48": (9, 3, "นพ", "NPM"),
    "62": (2, 4, "กพ", "KPT"),
    "66": (3, 4, "พจ", "PCT"),
    "65": (4, 4, "พล", "PLK"),
    "67": (5, 4, "พช", "PNB"),
    "40": (6, 4, "ขก", "KKN"),
    "46": (7, 4, "กส", "KSN"),
    "49": (9, 4, "มห", "MDH"),
    "61": (2, 5, "อน", "UTI"),
    "60": (3, 5, "นว", "NSN"),
    "16": (4, 5, "ลบ", "LRI"),
    "36": (6, 5, "ชย", "CPM"),
    "44": (7, 5, "มค", "MKM"),
    "45": (8, 5, "รอ", "RET"),
    "35": (9, 5, "ยส", "YST"),
    "37": (10, 5, "อจ", "ACR"),
    "18": (3, 6, "ชน", "CNT"),
    "17": (4, 6, "สห", "SBR"),
    "19": (5, 6, "สบ", "SRI"),
    "30": (6, 6, "นม", "NMA"),
    "31": (7, 6, "บร", "BRM"),
    "32": (8, 6, "สร", "SRN"),
    "33": (9, 6, "ศก", "SSK"),
    "34": (10, 6, "อบ", "UBN"),
    "71": (2, 7, "กจ", "KRI"),
    "72": (3, 7, "สพ", "SPB"),
    "15": (4, 7, "อท", "ATG"),
    "14": (5, 7, "อย", "AYA"),
    "26": (6, 7, "นย", "NYK"),
    "25": (7, 7, "ปจ", "PRI"),
    "27": (8, 7, "สก", "SKW"),
    "70": (2, 8, "รบ", "RBR"),
    "73": (3, 8, "นฐ", "NPT"),
    "12": (4, 8, "นบ", "NBI"),
    "13": (5, 8, "ปท", "PTE"),
    "24": (6, 8, "ฉช", "CCO"),
    "75": (2, 9, "สส", "SKM"),
    "74": (3, 9, "สค", "SKN"),
    "10": (4, 9, "กท", "BKK"),
    "11": (5, 9, "สป", "SPK"),
    "20": (6, 9, "ชบ", "CBI"),
    "76": (2, 10, "พบ", "PBI"),
    "21": (6, 10, "รย", "RYG"),
    "22": (7, 10, "จบ", "CTI"),
    "77": (2, 11, "ปข", "PKN"),
    "23": (8, 11, "ตร", "TRT"),
    "86": (2, 12, "ชพ", "CPN"),
    "85": (1, 13, "รน", "RNG"),
    "84": (2, 13, "สฎ", "SNI"),
    "82": (1, 14, "พง", "PNA"),
    "81": (2, 14, "กบ", "KBI"),
    "80": (3, 14, "นศ", "NRT"),
    "83": (1, 15, "ภก", "PKT"),
    "92": (2, 15, "ตง", "TRG"),
    "93": (3, 15, "พท", "PLG"),
    "91": (2, 16, "สต", "STN"),
    "90": (3, 16, "สข", "SKA"),
    "94": (4, 16, "ปน", "PTN"),
    "95": (4, 17, "ยล", "YLA"),
    "96": (5, 17, "นธ", "NWT"),
}


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A province as drawn."""

    name: str
    short: str
    count: int
    shade: int  # 0: none, 5: most
    x: int
    y: int
    url: str

    @property
    def middle_x(self) -> int:
        """Where its short name stands."""
        return self.x + SIDE // 2

    @property
    def middle_y(self) -> int:
        """The line on which its short name stands."""
        return self.y + SIDE // 2 + 5


@dataclass(frozen=True, kw_only=True)
class Shade:
    """One class of the legend."""

    number: int
    low: int
    high: int

    @property
    def words(self) -> str:
        """Its span as written."""
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,}–{self.high:,}"


@dataclass(frozen=True, kw_only=True)
class TileMap:
    """The whole map, to be drawn by `{% chart %}`."""

    title: str
    tiles: Sequence[Tile]
    shades: Sequence[Shade]
    source: str = ""
    n: int | None = None

    @property
    def template(self) -> str:
        """What draws it."""
        return "pmqa/parts/chart_tiles.html"

    @property
    def box(self) -> str:
        """The field of the drawing."""
        return f"0 0 {WIDE * SIDE} {HIGH * SIDE}"

    @property
    def side(self) -> int:
        """How long a tile's side is drawn, a gap left out."""
        return SIDE - 3

    @property
    def ranked(self) -> list[Tile]:
        """The provinces with any, most first, for the table."""
        told = [tile for tile in self.tiles if tile.count]
        return sorted(told, key=lambda tile: (-tile.count, tile.name))


def tile_map(
    counts: Mapping[str, int],
    *,
    title: str,
    url: Callable[[str], str],
    source: str = "",
    n: int | None = None,
) -> TileMap:
    """Lay counts by province code out as a map; each province with any opens its records."""
    shades = shades_of([counts.get(code, 0) for code in PROVINCES])
    tiles = [
        Tile(
            name=province_name(code),
            short=thai if is_thai() else english,
            count=counts.get(code, 0),
            shade=next(
                (each.number for each in shades if each.low <= counts.get(code, 0) <= each.high), 0
            ),
            x=column * SIDE,
            y=row * SIDE,
            url=url(code) if counts.get(code) else "",
        )
        for code, (column, row, thai, english) in TILES.items()
    ]
    return TileMap(title=title, tiles=tiles, shades=shades, source=source, n=n)


def shades_of(values: Sequence[int]) -> list[Shade]:
    """Return up to five classes with about as many provinces each; equal numbers share a class."""
    told = sorted(value for value in values if value)
    if not told:
        return []
    places = {
        value: min(CLASSES * place // len(told), CLASSES - 1) for place, value in enumerate(told)
    }
    classes = [list(group) for _place, group in groupby(sorted(places), key=places.__getitem__)]
    first = CLASSES - len(classes) + 1
    return [
        Shade(number=number, low=group[0], high=group[-1])
        for number, group in enumerate(classes, start=first)
    ]
