"""What a few questions find before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from isoglot.data.collection import Collection
from isoglot.evaluation.results import CollectionResult
from isoglot.report.drawing.svg import isolated
from isoglot.report.page.blocks import Block, Listing, Points, Section
from isoglot.report.questions import ABSENT, questions


def asked(results: Mapping[str, CollectionResult], collection: Collection, ids: Sequence[str]) -> Section:
    """Each question with a table; see :func:`isoglot.report.questions.questions` for the arguments."""
    blocks: list[Block] = []
    for each in questions(results, collection, ids):
        said = replace(each, text=isolated(each.text)).said()
        blocks += [Points([said]), Listing(each.table)]
    before, after = map(isolated, results)
    return Section(
        heading="What does one question find?",
        reading=[
            "Every question has a relevant passage in each language. A number is the passage's place on page 1 of the "
            f"pool, by {before} and by {after}; {ABSENT} is none there."
        ],
        blocks=blocks,
    )
