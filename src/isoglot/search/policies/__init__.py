"""Policies for a pool of several languages, one a file, and their names."""

from collections.abc import Callable

from isoglot.debiasing.calibration import Calibration
from isoglot.errors import ConfigError
from isoglot.search.policies.balanced import Balanced
from isoglot.search.policies.calibrated import Calibrated
from isoglot.search.policies.fused import Fused
from isoglot.search.policies.lexical import Lexical
from isoglot.search.policies.plain import Plain
from isoglot.search.scored import Policy

OF_SCORES: dict[str, Callable[[], Policy]] = {"plain": Plain, "balanced": Balanced, "fused": Fused}
"""Those that need nothing but scores and the languages of passages."""

POLICIES = (*OF_SCORES, "calibrated", "lexical")
DEFAULT = "fused"


def policy_or_default(name: str | None, dial: float | None) -> str:
    """The name; without one that of the policy that has a dial, where one is given."""
    return name or (DEFAULT if dial is None else "calibrated")


def policy_named(
    name: str, *, languages: tuple[str, ...], calibration: Calibration | None, dial: float | None = None
) -> Policy:
    """The policy of a name.

    Args:
        name: one of :data:`POLICIES`.
        languages: of the index.
        calibration: of its scores; None where its texts are too few, and every score means what it says.
        dial: for ``calibrated`` alone; see :class:`isoglot.search.policies.calibrated.Calibrated`.

    Raises:
        ConfigError: there is no such policy, it has no dial, or the dial is not from 0 to 1.
    """
    if name not in POLICIES:
        raise ConfigError(f"there is no policy {name!r}: take one of {', '.join(POLICIES)}.")
    if dial is not None and name != "calibrated":
        raise ConfigError(f"the dial is of the policy 'calibrated', not of {name!r}: leave one of them out.")
    if name in OF_SCORES:
        return OF_SCORES[name]()
    if calibration is None:
        raise ConfigError(
            f"the policy {name!r} needs a calibration, and the index has none: its build was stopped, or it has fewer "
            "than 30 texts of two languages; run `isoglot index` again, or take plain, balanced or fused."
        )
    calibrated = Calibrated(calibration, languages, dial=1.0 if dial is None else dial)
    return calibrated if name == "calibrated" else Lexical(calibrated)
