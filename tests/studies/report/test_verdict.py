from isoglot.studies.report.verdict import _changes
from isoglot.studies.shift.uncertainty import Uncertain


def test_words_follow_the_interval() -> None:
    def of(value: float, reach: float) -> Uncertain:
        return Uncertain(value=value, low=value - reach, high=value + reach, p=0.5, error=reach / 1.98, freedom=100.0)

    assert _changes(of(0.05, 0.01), "mono", 0.01) == "is better than mono"
    assert _changes(of(-0.05, 0.01), "mono", 0.01) == "is worse than mono"
    assert _changes(of(-0.003, 0.002), "mono", 0.01) == "is worse than mono; it loses less than the margin"
    assert _changes(of(0.0, 0.005), "mono", 0.01) == "differs from mono by less than 0.01"
    assert _changes(of(0.005, 0.01), "mono", 0.01) == "is no worse than mono by 0.01 or more"
    assert _changes(of(0.0, 0.05), "mono", 0.01) == "is not told from mono by this study"
