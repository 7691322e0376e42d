"""The terms that a configuration can weigh."""

from collections.abc import Callable

from torch import Tensor

from isoglot.training.terms.anchor import anchor
from isoglot.training.terms.infonce import infonce, reverse
from isoglot.training.terms.retention import retention
from isoglot.training.terms.vectors import BatchVectors

TERMS: dict[str, Callable[[BatchVectors], Tensor]] = {
    term.__name__: term for term in (infonce, reverse, anchor, retention)
}
"""Name, as in ``[loss]``, -> this process's part of its mean over a global batch."""
