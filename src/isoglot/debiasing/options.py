"""How to debias an encoder."""

from typing import Annotated

from isoglot.arguments import Integer, Positive, Several, option_record, within
from isoglot.data.given import AnyCollection
from isoglot.debiasing.sample import LEAST
from isoglot.debiasing.unseen import Policy
from isoglot.encoder.fitted import Choice
from isoglot.limits import PAIRS


@option_record
class DebiasOptions:
    """How to debias an encoder.

    Example::

        >>> options = isoglot.DebiasOptions(dev="sample/test", margin=0.005)

    Attributes:
        choice: the transform to fit; if left out it is chosen on ``dev`` (:func:`isoglot.debiasing.choose.choose`).
        dev: a collection with judgements, by object or by name; the first that is fitted on if left out. If it is one
            of those, candidates are fitted on its other folds.
        margin: the loss of mAP within a language that is not accepted.
        least: languages with fewer texts of either role are left out.
        also: languages that will be searched besides (BCP 47).
        unseen: what is done to those of ``also`` that were not fitted on (:data:`isoglot.debiasing.unseen.Policy`).
    """

    choice: Choice | None = None
    dev: AnyCollection | None = None
    margin: Positive = 0.01
    least: Annotated[Integer, within(PAIRS)] = LEAST
    also: Several[str] = ()
    unseen: Policy = "common"
