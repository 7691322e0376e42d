"""What a comparison that showed nothing could have shown."""

from scipy import special  # type: ignore[import-untyped, unused-ignore]

from isoglot.wording import Bounds

_LEVEL, _POWER = 0.05, 0.8


def detectable(found: Bounds) -> float:
    """The least difference that a two-sided test at 5% would have shown with a probability of 80%.

    With the standard error se of which the 95% interval is made, (z(.975) + z(.8)) se = 2.80 se, where the interval's
    half width is 1.96 se (Bloom 1995, doi 10.1177/0193841X9501900504: minimum detectable effect). It is of the test
    alone, before p values are adjusted for others; NaN where there is no interval.
    """
    half = (found.high - found.low) / 2
    z = special.ndtri(1 - _LEVEL / 2)
    return float(half / z * (z + special.ndtri(_POWER)))
