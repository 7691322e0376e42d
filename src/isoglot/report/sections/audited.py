"""What audits say in words."""

from collections.abc import Iterator, Sequence

from isoglot.report.arms import Arm
from isoglot.report.page.blocks import Points, Section


def audited(arms: Sequence[Arm]) -> Iterator[Section]:
    """All statements of every audit, also of one that was read from its file."""
    for arm in arms:
        if said := arm.made.get("audit"):
            points = [Points(section["lines"], title=section["title"]) for section in said]
            yield Section(heading="What does the audit say?", of=arm.name if len(arms) > 1 else "", blocks=points)
