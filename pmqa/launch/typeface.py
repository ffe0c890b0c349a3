"""The Thai font of our PDFs: Sarabun with one glyph per pair of a vowel and a tone mark.

Where a mark has to be lifted over another, Typst writes the cluster twice into the text of the PDF, so that
search, copying and screen readers meet doubled words. A glyph that holds both marks needs no lifting: the
picture stays the same, the text comes out once (docs/adr/0011-text-out-of-pdf.md).
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, NamedTuple

from fontTools.otlLib import builder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VOWELS = {f"uni0E{code}" for code in ["31", "34", "35", "36", "37", "38", "39", "3A", "47"]}
TONES = {f"uni0E{code}" for code in ["48", "49", "4A", "4B", "4C", "4E"]}
MARK_TO_BASE, MARK_TO_MARK, MARK_CLASS = 4, 6, 3


class Lift(NamedTuple):
    """How far the font moves a tone mark that stands on a vowel, in font units."""

    vowel: str
    tone: str
    right: int
    up: int


def with_pairs(path: Path) -> bytes:
    """Return the font with a glyph for each pair that would be lifted."""
    font = TTFont(path)
    pairs = {lift: pair_name(lift) for lift in lifts(font["GPOS"].table) if lift.up}
    add_glyphs(font, pairs)
    attach_like_the_vowel(font, pairs)
    replace_the_pairs(font["GSUB"].table, pairs)
    if "DSIG" in font:
        del font["DSIG"]  # it signs the font as it was
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def pair_name(lift: Lift) -> str:
    """Name a pair so that its characters can be read from the name (Adobe glyph list)."""
    vowel, _, vowel_form = lift.vowel.partition(".")
    tone, _, tone_form = lift.tone.partition(".")
    forms = "".join(f".{form}" for form in (vowel_form, tone_form) if form)
    return f"{vowel}{tone.removeprefix('uni')}{forms or '.pair'}"


def lifts(positions: Any) -> Iterator[Lift]:
    """Yield the pairs of marks in the order in which the font's rules are asked: the first rule wins."""
    seen = set()
    for rule in rules(positions, MARK_TO_MARK):
        for tone, record in zip(rule.Mark1Coverage.glyphs, rule.Mark1Array.MarkRecord, strict=True):
            for vowel, places in zip(
                rule.Mark2Coverage.glyphs, rule.Mark2Array.Mark2Record, strict=True
            ):
                place = places.Mark2Anchor[record.Class]
                if is_pair(vowel, tone) and place and (vowel, tone) not in seen:
                    seen.add((vowel, tone))
                    own = record.MarkAnchor
                    right, up = (
                        place.XCoordinate - own.XCoordinate,
                        place.YCoordinate - own.YCoordinate,
                    )
                    yield Lift(vowel, tone, right, up)


def is_pair(vowel: str, tone: str) -> bool:
    """Whether these are a Thai vowel sign and a tone mark, in any of their forms."""
    return vowel.partition(".")[0] in VOWELS and tone.partition(".")[0] in TONES


def rules(positions: Any, kind: int) -> Iterator[Any]:
    """Yield the positioning rules of one kind."""
    for lookup in positions.LookupList.Lookup:
        if lookup.LookupType == kind:
            yield from lookup.SubTable


def add_glyphs(font: TTFont, pairs: dict[Lift, str]) -> None:
    """Draw each pair out of its two marks."""
    glyphs, drawn = font["glyf"], font.getGlyphSet()
    for lift, name in pairs.items():
        pen = TTGlyphPen(drawn)
        pen.addComponent(lift.vowel, (1, 0, 0, 1, 0, 0))
        pen.addComponent(lift.tone, (1, 0, 0, 1, lift.right, lift.up))
        glyphs[name] = pen.glyph()
    order = [*font.getGlyphOrder()]
    order += [name for name in pairs.values() if name not in order]
    font.setGlyphOrder(order)
    glyphs.glyphOrder = order
    font["maxp"].numGlyphs = len(order)
    for lift, name in pairs.items():
        glyphs[name].recalcBounds(glyphs)
        font["hmtx"][name] = (font["hmtx"][lift.vowel][0], glyphs[name].xMin)
        font["GDEF"].table.GlyphClassDef.classDefs[name] = MARK_CLASS


def attach_like_the_vowel(font: TTFont, pairs: dict[Lift, str]) -> None:
    """Let a pair sit on its consonant where the vowel alone would."""
    number = font.getReverseGlyphMap(rebuild=True)
    for rule in rules(font["GPOS"].table, MARK_TO_BASE):
        marks = dict(zip(rule.MarkCoverage.glyphs, rule.MarkArray.MarkRecord, strict=True))
        marks |= {name: marks[lift.vowel] for lift, name in pairs.items() if lift.vowel in marks}
        rule.MarkCoverage.glyphs = sorted(marks, key=number.__getitem__)
        rule.MarkArray.MarkRecord = [marks[name] for name in rule.MarkCoverage.glyphs]
        rule.MarkArray.MarkCount = len(marks)


def replace_the_pairs(substitutions: Any, pairs: dict[Lift, str]) -> None:
    """Put the pair in place of its marks, after the font has chosen their forms."""
    ligatures = {(lift.vowel, lift.tone): name for lift, name in pairs.items()}
    lookups = substitutions.LookupList
    lookups.Lookup.append(builder.buildLookup([builder.buildLigatureSubstSubtable(ligatures)]))
    lookups.LookupCount = len(lookups.Lookup)
    for record in substitutions.FeatureList.FeatureRecord:
        if record.FeatureTag == "ccmp":
            record.Feature.LookupListIndex.append(lookups.LookupCount - 1)
            record.Feature.LookupCount = len(record.Feature.LookupListIndex)
