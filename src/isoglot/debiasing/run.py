"""From an encoder and text in several languages to a transform, chosen on development data or named."""

from collections.abc import Sequence
from dataclasses import dataclass

from sentence_transformers import SentenceTransformer

from isoglot.data.collection import Collection
from isoglot.debiasing.choose import choose
from isoglot.debiasing.sample import LEAST, Sample, merged, sample_of
from isoglot.debiasing.selection import TransformSelection
from isoglot.debiasing.transforms.kinds import fit
from isoglot.encoder.affine import Affine
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.fitted import Choice, Fitted
from isoglot.encoder.load import repair_of
from isoglot.encoder.repair import taken_apart
from isoglot.errors import EncoderError
from isoglot.evaluation.embedded import Embedded, embed_collection
from isoglot.evaluation.guard.evidence import Guard
from isoglot.progress import StartProgress

_REPAIRED = "{} is repaired already: repair the encoder that it was made from."


@dataclass(frozen=True, kw_only=True)
class Debiasing:
    """What was fitted.

    Attributes:
        transform: None where the choice was to do nothing.
        fitted: the same.
        selection: how it was chosen; None where the choice was given.
    """

    transform: Affine | None
    fitted: Fitted | None
    selection: TransformSelection | None


def check_unrepaired(name: str) -> None:
    """Refuse an encoder that is repaired already, before anything is loaded.

    Raises:
        EncoderError: it is.
    """
    if repair_of(name) is not None:
        raise EncoderError(_REPAIRED.format(f"encoder {name!r}"))


def fit_debiasing(
    encoder: SentenceTransformer,
    texts: Sequence[Collection],
    *,
    choice: Choice | None = None,
    dev: Collection | None = None,
    margin: float = 0.01,
    least: int = LEAST,
    progress: StartProgress | None = None,
) -> Debiasing:
    """Fit a transform to an encoder.

    Args:
        texts: queries and passages in several languages; their judgements are not looked at.
        choice: what to fit; if left out it is chosen on ``dev``, see :func:`isoglot.debiasing.choose.choose`.
        dev: with judgements; if it is one of ``texts``, candidates are fitted on its other folds.
        margin: the loss in one language that is not accepted.
        least: languages with fewer texts of either role are left out.

    Raises:
        DataError: too few texts, languages or judgements.
        ConfigError: no such kind of transform, or a value that it cannot have.
        EncoderError: the encoder failed, or is repaired already.
    """
    if taken_apart(encoder) is not None:
        raise EncoderError(_REPAIRED.format("this encoder"))
    fingerprint = encoder_fingerprint(encoder)

    def embedded(text: Collection) -> Embedded:
        return embed_collection(encoder, text, fingerprint=fingerprint, progress=progress).in_memory()

    known = {text.fingerprint: embedded(text) for text in texts}
    sample = merged([sample_of(known[text.fingerprint], least=least) for text in texts])
    selection, chosen_on = None, []
    if choice is None:
        judged = texts[0] if dev is None else dev
        other = judged.fingerprint not in known
        data = embedded(judged) if other else known[judged.fingerprint]
        selection = choose(data, guard=Guard(margin=margin), fit_on=sample if other else None, progress=progress)
        choice = selection.choice
        chosen_on = [judged] if other else []
    if choice is None:
        return Debiasing(transform=None, fitted=None, selection=selection)
    fitted = Fitted(choice=choice, encoder=fingerprint, on=_described(texts, sample, chosen_on))
    return Debiasing(transform=fit(sample, choice), fitted=fitted, selection=selection)


def _described(texts: Sequence[Collection], sample: Sample, chosen_on: Sequence[Collection]) -> dict[str, object]:
    return {
        "data": [{"name": text.name, "fingerprint": text.fingerprint} for text in texts],
        "chosen_on": [{"name": text.name, "fingerprint": text.fingerprint} for text in chosen_on],
        "texts": sample.sizes(),
    }
