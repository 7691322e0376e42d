"""``robustness``: what is left of an encoder's measures when queries are perturbed."""

from collections.abc import Mapping

from isoglot.arguments import Resamples, Seed, Several, checked, option_record
from isoglot.data.collection import Collection
from isoglot.data.given import AnyCollection, given_collection
from isoglot.encoder.embed import announce
from isoglot.encoder.given import AnyEncoder, encoder_name, given_encoder
from isoglot.encoder.protocol import CollectionEncoder
from isoglot.evaluation.embedded import sides_of
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate
from isoglot.evaluation.measures import AP, Measures, given_measures
from isoglot.evaluation.scores import Scores
from isoglot.evaluation.settings import Settings, given_settings
from isoglot.limits import DRAWS
from isoglot.perturbation.curves import Robustness
from isoglot.perturbation.perturbed import applicable
from isoglot.perturbation.sweep import sweep
from isoglot.progress import StartProgress

_DEFAULT = ("keyboard", "ocr", "diacritics", "lowercase", "spaces")


@option_record
class RobustnessOptions:
    """What is perturbed, and what is measured.

    Example::

        >>> options = isoglot.RobustnessOptions(perturbations=["keyboard"], settings=["multi"])

    Attributes:
        perturbations: names, as in docs/robustness.md; None for the usual ones that the collection's scripts allow.
        strengths: above 0 and up to 1.
        measures: what curves are made of; by name, such as ``"nDCG@10"``.
        settings: in which; by name.
        draws: bootstrap resamples for the intervals.
        seed: of the perturbations and of the resamples.

    Raises:
        ConfigError: a value that the option cannot have.
    """

    perturbations: Several[str] | None = None
    strengths: Several[float] = (0.1, 0.3, 1.0)
    measures: Measures = (AP,)
    settings: Settings = ("mono",)
    draws: Resamples = 1_000
    seed: Seed = 0


@checked
def robustness(
    encoder: AnyEncoder,
    collection: AnyCollection,
    *,
    options: RobustnessOptions | None = None,
    progress: StartProgress | None = None,
) -> Robustness:
    """Show what is left of a measure when queries are misspelt, romanised or otherwise perturbed, by language.

    Example::

        >>> options = isoglot.RobustnessOptions(perturbations=["lowercase"], strengths=[1])
        >>> found = isoglot.robustness("e5-small", "sample/test", options=options)
        >>> found.curve("lowercase", setting="mono", measure="map").points[0].relative
        1.0

    Args:
        encoder: by object or by name, as for :func:`isoglot.evaluate`.
        collection: the same. Its passages are embedded once.
        options: see :class:`RobustnessOptions`.
        progress: begins the encoding and the rankings.

    Raises:
        EncoderError, DataError, FetchError: see :func:`isoglot.evaluate`; stored vectors are refused.
        ConfigError: see :func:`isoglot.perturbation.sweep.sweep`.
    """
    options = options or RobustnessOptions()
    settings, measures = given_settings(options.settings), given_measures(options.measures)
    loaded = given_collection(collection)
    name, encoder = encoder_name(encoder), given_encoder(encoder)
    if isinstance(encoder, CollectionEncoder):
        encoder.check_rewritten()

    perturbations = options.perturbations or [known for known in applicable(loaded) if known in _DEFAULT]
    queries, passages = sides_of(loaded)
    announce(encoder, [passages, *[queries] * (1 + len(perturbations) * len(options.strengths))], cache=False)

    def measured(perturbed: Collection) -> Mapping[str, Scores]:
        # The intervals are made of the curves, not here.
        once = EvaluationOptions(measures=options.measures, settings=settings, draws=DRAWS.least)
        found = evaluate(encoder, perturbed, name=name, options=once, progress=progress)
        return found.collections[perturbed.name].topics.tables

    return sweep(
        measured,
        loaded,
        perturbations=perturbations,
        strengths=options.strengths,
        seed=options.seed,
        measures=[(setting, one.mean) for setting in settings for one in measures],
        draws=options.draws,
    )
