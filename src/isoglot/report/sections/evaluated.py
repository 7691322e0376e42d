"""Everything that a page says of arms on collections."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from isoglot.data.collection import Collection
from isoglot.report.arms import Arm, collections_of, on
from isoglot.report.page.blocks import Section
from isoglot.report.sections.bias import bias
from isoglot.report.sections.landing import landing
from isoglot.report.sections.languages import languages
from isoglot.report.sections.numbers import numbers
from isoglot.report.sections.settings import settings
from isoglot.report.sections.worst import worst

_SECTIONS = (numbers, settings, bias, languages, landing)


def evaluated(arms: Sequence[Arm], texts: Sequence[Collection] = ()) -> Iterator[Section]:
    """The sections of each collection; those that its results have nothing for are left out.

    Args:
        texts: collections whose queries and passages may be shown.
    """
    names = collections_of(arms)
    of = {text.fingerprint: text for text in texts}
    for name in names:
        results = on(arms, name)
        text = of.get(next(iter(results.values())).fingerprint)
        found = [*(make(results) for make in _SECTIONS), worst(results, text) if text else None]
        yield from (replace(section, of=name if len(names) > 1 else "") for section in found if section)
