"""How well are relevant passages ranked: the main measure in each setting."""

from isoglot.evaluation.measures import AP
from isoglot.evaluation.settings import SETTINGS, Setting
from isoglot.report.arms import Arms
from isoglot.report.charts.dot_plot import DotPlot, bounds, dots
from isoglot.report.page.blocks import Panels, Section
from isoglot.report.sections.found import answers_in_several_languages, found, some
from isoglot.report.sections.numbers import main_of
from isoglot.report.values import measure_title

_TITLES: dict[Setting, tuple[str, str]] = {
    "mono": ("One language (mono)", "passages in the query's language"),
    "cross": ("Across languages (cross)", "passages in one other language"),
    "multi": ("One pool of all (multi)", "passages in any language"),
}


def settings(arms: Arms) -> Section | None:
    """A panel a setting, on one scale."""
    main = main_of(arms)
    shown = {setting: values for setting in SETTINGS if some(values := found(arms, setting, main))}
    if not shown:
        return None
    ends = tuple(bounds(each for values in shown.values() for each in values.values() if each))
    title = measure_title(main)
    charts = [
        DotPlot(
            title=_TITLES[setting][0],
            subtitle=_TITLES[setting][1],
            dots=dots(values),
            form="{:.3f}",
            hint=f"{title}, higher is better →",
            ends=(min(ends), max(ends)),
        )
        for setting, values in shown.items()
    ]
    reading = "A dot is the mean, the line through it its 95% interval; the panels have one scale."
    if main == AP.mean:
        reading = f"mAP is 1 when every relevant passage stands before every other. {reading}"
    if "multi" in shown and answers_in_several_languages(arms):
        reading += " In multi, relevant passages in every language have to come before others in the query's own."
    return Section(heading="How well are relevant passages ranked?", reading=[reading], blocks=[Panels(charts)])
