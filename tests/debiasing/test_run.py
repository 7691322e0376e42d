"""What debiasing says of the texts that it is given."""

import warnings

import pytest

from isoglot.data.load import load_collection
from isoglot.debiasing.run import warn_of_shared


def test_development_texts_that_are_fitted_on_are_counted() -> None:
    dev, half, whole = (load_collection(f"sample{part}") for part in ("/test", "/train", ""))
    with pytest.warns(
        UserWarning, match=f"{len(dev.passages)} of {len(dev.passages)} passages of sample/test are fitted"
    ):
        warn_of_shared(dev, [half, whole])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_shared(dev, [half])
