"""Confusions of optical character recognition: glyphs taken for others that look alike.

The tables are our own, made by the shapes of common printed fonts: strokes that touch or break (``rn`` and ``m``),
closed and open bows (``c`` and ``e``), letters and digits (``O`` and ``0``), lost dots and descenders. Case counts,
since shapes do. They hold no language's error frequencies: every reading of a glyph is as likely as the others.
"""

import re
from collections.abc import Mapping
from functools import cache

import numpy as np

from isoglot.languages import script
from isoglot.perturbation.perturbation import Perturbation, chosen

# Glyphs -> what they are read as.
_DIGITS = "0:O 1:l:I 2:Z 3:8 5:S:6 6:b:5 7:1 8:B:3 9:g"
_TABLES = {
    "Latn": "a:o:e b:h:6 c:e:o d:cl e:c:o f:t g:q:9 h:b:n i:l:j j:i k:lc l:1:I:i m:rn:nn n:u:ri o:0:c q:g r:t s:5 "
    "t:f:r u:n:ii v:y w:vv y:v z:2 A:4 B:8:R C:G:O D:O:0 E:F F:P G:C:6 H:N I:l:1 K:X L:I M:N N:M:H O:0:Q P:F Q:O "
    "R:B S:5:8 T:I:7 U:V V:U:Y W:VV X:K Y:V Z:2 rn:m nn:m cl:d vv:w ri:n ii:u VV:W " + _DIGITS,
    "Cyrl": "а:о б:6 в:8:ь г:т д:л е:с ж:х з:3:э и:н:п й:и к:н л:п:д м:н н:и:п о:с:0 п:л:н р:о с:е:о т:г у:ч ф:о х:к "
    "ц:и:н ч:у ш:щ щ:ш ъ:ь ы:ьі ь:ъ:в э:з ю:го я:л А:Л Б:В:6 В:8:Б Г:Т Д:Л Е:Б З:3:Э И:Н:П Й:И К:Х Л:П М:Н "
    "Н:И:П О:0:С П:Н:Л Р:Ф С:О:0 Т:Г У:Ч Ф:О Х:К Ц:Н Ч:У:4 Ш:Щ Щ:Ш Ы:Ьі Э:З Ю:IO Я:Л го:ю ьі:ы " + _DIGITS,
    "Grek": "α:ο:σ β:8 γ:ν:y δ:ο:6 ε:ς:3 ζ:ξ η:n:ή θ:8:ο ι:ί:l κ:χ:x λ:Α μ:η:u ν:υ:v ξ:ζ ο:σ:0 π:τι ρ:ο:p σ:ο:α ς:ε "
    "τ:r:ι υ:ν:u φ:ψ χ:κ:x ψ:φ ω:ο:w ά:α:ό έ:ε ή:η:n ί:ι:ϊ ό:ο:ά ύ:υ:ν ώ:ω Α:Λ:Δ Β:8:Ε Γ:Τ Δ:Λ:Α Ε:Β Ζ:2 Η:Ν Θ:Ο:0 "
    "Ι:1:l Κ:Χ Λ:Α:Δ Μ:Ν Ν:Η:Μ Ξ:Ε Ο:0:Θ Π:Η Ρ:Β Σ:Ε Τ:Γ:Ι Υ:Χ:Ψ Φ:Ο Χ:Κ Ψ:Υ Ω:Ο:Q τι:π " + _DIGITS,
}


@cache
def confusions(of: str) -> Mapping[str, tuple[str, ...]]:
    """Glyphs of a script -> what they are taken for; empty where there is no table."""
    rows = (entry.split(":") for entry in _TABLES.get(of, "").split())
    return {glyphs: tuple(reads) for glyphs, *reads in rows}


@cache
def _glyphs(of: str) -> re.Pattern[str]:
    """Finds what can be confused, two glyphs before one of them."""
    longest_first = sorted(confusions(of), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


def _misread(text: str, language: str, strength: float, rng: np.random.Generator) -> str:
    table = confusions(script(language))
    places = list(_glyphs(script(language)).finditer(text))
    hits, where = chosen(len(places), strength, rng), rng.random(len(places))
    readings = {
        place.start(): table[place[0]][int(where[n] * len(table[place[0]]))]
        for n, place in enumerate(places)
        if hits[n]
    }
    return _glyphs(script(language)).sub(lambda place: readings.get(place.start(), place[0]), text)


OCR = Perturbation(
    name="ocr",
    summary="glyphs taken for others that look alike; strength: share of the glyphs that can be",
    offered=lambda language: script(language) in _TABLES,
    rewrite=_misread,
)
