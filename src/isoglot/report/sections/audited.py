"""What an audit says in words, as a section."""

from isoglot.report.auditing import Audit
from isoglot.report.page.blocks import Points, Section


def audited(found: Audit) -> Section:
    """All its statements, under their headings."""
    points = [Points(section.lines, title=section.title) for section in found.sections]
    return Section(heading="What does the audit say?", blocks=points)
