"""Remains of markup: HTML tags and entities, template placeholders, characters lost in decoding.

Help pages and manuals speak of tags, so nothing is taken out of a text: what is mostly markup goes as a whole.
"""

import re
from html.entities import html5

from isoglot.cleaning.config import MarkupConfig
from isoglot.roles import Role

_ELEMENTS = (
    "a abbr article aside b blockquote body br button caption center code col colgroup dd del details div dl dt em "
    "fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd "
    "label legend li link main meta nav ol option p picture pre q s script section select small source span strike "
    "strong style sub summary sup svg table tbody td textarea tfoot th thead title tr tt u ul var video"
)
_REMAINS = re.compile(
    rf"""(?P<tag></?(?:{"|".join(_ELEMENTS.split())})(?:\s[^<>]*|/)?>)
    |<!--.*?-->|<!\[CDATA\[|\]\]>
    |&(?P<entity>[A-Za-z][A-Za-z0-9]{{1,30}};)|&\#(?:[0-9]{{1,7}}|x[0-9A-Fa-f]{{1,6}});
    |\{{\{{[^{{}}]*\}}\}}|\$\{{[^{{}}]*\}}
    |\ufffd""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


class MarkupCheck:
    """Texts of which a share is markup."""

    def __init__(self, config: MarkupConfig) -> None:
        self._share = config.share

    def __call__(self, text: str, *, language: str, side: Role) -> bool:
        """See :class:`isoglot.cleaning.texts.TextJudge`."""
        return markup_characters(text) >= self._share * len(text)


def markup_characters(text: str) -> int:
    """Characters in tags of HTML elements, comments, entities, ``{{..}}`` and ``${..}``, and U+FFFD."""
    return sum(
        len(found[0]) for found in _REMAINS.finditer(text) if found["entity"] is None or found["entity"] in html5
    )
