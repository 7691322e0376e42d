"""From an encoder and text in several languages to a transform, chosen on development data or named."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc
from sentence_transformers import SentenceTransformer

from isoglot.arguments import checked
from isoglot.data.collection import Collection
from isoglot.data.given import AnyCollection, given_collection, given_collections
from isoglot.debiasing.choose import choose
from isoglot.debiasing.effect import effect_of_choice, effect_of_choices
from isoglot.debiasing.model import save_model, save_served
from isoglot.debiasing.options import DebiasOptions
from isoglot.debiasing.sample import Sample, merged, sample_of
from isoglot.debiasing.selection import TransformSelection
from isoglot.debiasing.stability import Agreement, corpora, halves, warn_of_alone
from isoglot.debiasing.transforms.kinds import fit as fit_transform
from isoglot.debiasing.unseen import with_unseen
from isoglot.encoder.affine import Affine
from isoglot.encoder.embed import announce
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.fitted import Choice, Fitted
from isoglot.encoder.given import encoder_name, given_encoder
from isoglot.encoder.load import load_encoder, repair_of
from isoglot.encoder.moved import MovedEncoder
from isoglot.encoder.openai import OpenAIEncoder
from isoglot.encoder.repair import taken_apart
from isoglot.encoder.repaired import repaired
from isoglot.errors import ConfigError, DataError, EncoderError
from isoglot.evaluation.comparison.comparison import Comparison
from isoglot.evaluation.embedded import Embedded, embed_collection, sides_of
from isoglot.evaluation.guard.evidence import Guard
from isoglot.files import given_path
from isoglot.languages import normalise
from isoglot.progress import StartProgress
from isoglot.result import Result
from isoglot.versions import versions

_REPAIRED = "{} is repaired already: repair the encoder that it was made from."


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Debiasing(Result):
    """What was fitted.

    Example::

        >>> options = isoglot.DebiasOptions(choice=isoglot.Choice(kind="centring"), least=10)
        >>> found = isoglot.debias("e5-small", "sample/train", options=options)
        >>> found.encoder.encode_query(["Where?"]).shape[0]
        1

    Attributes:
        name: what the encoder that was given is called.
        start: that encoder.
        transform: None where the choice was to do nothing.
        fitted: what the transform is, and what it was fitted on; None as well.
        selection: how it was chosen; None where the choice was given.
        effect: what it gives and costs, before (A) and after (B), by :mod:`isoglot.debiasing.effect`; None where it
            could not be measured.
        unmeasured: why not; empty where it was.
    """

    verb: ClassVar[str] = "debias"

    name: str
    start: SentenceTransformer | OpenAIEncoder
    transform: Affine | None
    fitted: Fitted | None
    selection: TransformSelection | None
    effect: Comparison | None
    unmeasured: str = ""

    @cached_property
    def encoder(self) -> SentenceTransformer | MovedEncoder | None:
        """The encoder whose vectors are moved; None where nothing is done."""
        if self.transform is None or self.fitted is None:
            return None
        if isinstance(self.start, OpenAIEncoder):
            return MovedEncoder(self.start, self.transform, self.fitted, f"{self.name}, repaired")
        return repaired(self.start, self.transform, self.fitted)

    @property
    def agreements(self) -> tuple[Agreement, ...]:
        """How far the languages' offsets are the same from two halves of the texts, and from two corpora."""
        found = () if self.fitted is None else self.fitted.on.get("agreements", ())
        return tuple(Agreement(**each) for each in found)

    def save(self, path: str | Path) -> None:
        """Write the debiased encoder to a folder, which appears whole or not at all.

        It is one of sentence-transformers; of an encoder on a server it has the transform, and a file that names both.

        Raises:
            ConfigError: there is nothing to save.
            StorageError: the folder is there already.
        """
        if self.transform is None or self.fitted is None:
            raise ConfigError(
                "no transform is shown to help without a loss, so there is nothing to save: keep the encoder as it is, "
                "or name one by DebiasOptions(choice=...)."
            )
        if isinstance(self.start, OpenAIEncoder):
            save_served(self.start, self.transform, given_path(path), fitted=self.fitted)
        else:
            save_model(self.start, self.transform, given_path(path), fitted=self.fitted)

    def _headline(self) -> str:
        done = "no transform is shown to help without a loss" if self.fitted is None else str(self.fitted.choice)
        return f"{self.name}, {done}" + (f"; {self.selection._headline()}" if self.selection and self.fitted else "")

    def _content(self) -> dict[str, Any]:
        fitted = self.fitted
        return {
            "encoder": self.name,
            "transform": fitted and asdict(fitted.choice),
            "fitted_on": fitted and dict(fitted.on),
            "encoder_fingerprint": fitted and fitted.encoder,
            "selection": self.selection and self.selection._content(),
            "effect": self.effect and self.effect._content(),
            "versions": versions(),
        }

    def _rows(self) -> Iterator[dict[str, object]]:
        return iter(()) if self.selection is None else self.selection._rows()


def check_unrepaired(name: str | Path) -> None:
    """Refuse an encoder that is repaired already, before anything is loaded.

    Raises:
        EncoderError: it is.
    """
    found = given_encoder(name)
    if isinstance(found, MovedEncoder) or (not isinstance(found, OpenAIEncoder) and repair_of(name) is not None):
        raise EncoderError(_REPAIRED.format(f"encoder {str(name)!r}"))


@checked
def debias(
    encoder: SentenceTransformer | OpenAIEncoder | str | Path,
    fit: AnyCollection | Sequence[AnyCollection],
    *,
    options: DebiasOptions | None = None,
    progress: StartProgress | None = None,
) -> Debiasing:
    """Remove language bias from an encoder without retraining it: fit a transform of its vectors.

    Example::

        >>> choice = isoglot.Choice(kind="centring")
        >>> options = isoglot.DebiasOptions(choice=choice, least=10)
        >>> found = isoglot.debias("e5-small", "sample/train", options=options)
        >>> found.save("repaired")

    Args:
        encoder: by object or by name.
        fit: queries and passages in several languages, one collection or several, by object or by name; their
            judgements are not looked at.
        options: see :class:`DebiasOptions`.
        progress: begins the encoding and the rankings.

    Raises:
        DataError: too few texts, languages or judgements.
        ConfigError: no such kind of transform, or a value that it cannot have.
        EncoderError: the encoder cannot be loaded, failed, or is repaired already.
    """
    options = options or DebiasOptions()
    also = [normalise(tag) for tag in options.also]
    name = encoder_name(encoder)
    if not isinstance(encoder, SentenceTransformer | OpenAIEncoder):
        check_unrepaired(encoder)
    texts = given_collections(fit, judged=False)
    dev = None if options.dev is None else given_collection(options.dev)
    model = _started(encoder)
    if taken_apart(model) is not None:
        raise EncoderError(_REPAIRED.format("this encoder"))
    found = _fitted(model, name, texts, dev, options, progress)
    if found.transform is None:
        return found
    return replace(found, transform=with_unseen(found.transform, also, options.unseen))


def _started(encoder: SentenceTransformer | OpenAIEncoder | str | Path) -> SentenceTransformer | OpenAIEncoder:
    if isinstance(encoder, SentenceTransformer | OpenAIEncoder):
        return encoder
    found = given_encoder(encoder)
    return found if isinstance(found, OpenAIEncoder) else load_encoder(encoder)


def _fitted(
    encoder: SentenceTransformer | OpenAIEncoder,
    name: str,
    texts: Sequence[Collection],
    dev: Collection | None,
    options: DebiasOptions,
    progress: StartProgress | None,
) -> Debiasing:
    """The transform, what it is, how it was chosen, and what it gives and costs."""
    fingerprint = encoder_fingerprint(encoder)

    def embedded(text: Collection) -> Embedded:
        return embed_collection(encoder, text, fingerprint=fingerprint, progress=progress).in_memory()

    every = [*texts, *([] if dev is None else [dev])]
    announce(encoder, (side for text in every for side in sides_of(text)))
    known = {text.fingerprint: embedded(text) for text in texts}
    samples = [sample_of(known[text.fingerprint], least=options.least) for text in texts]
    sample = merged(samples)
    agreements = [halves(sample), *corpora(samples, [text.name for text in texts])]
    warn_of_alone(sample)
    guard = Guard(margin=options.margin)
    if options.choice is not None:
        transform = fit_transform(sample, options.choice)
        on = _described(name, texts, sample, agreements, [])
        effect, unmeasured = _measured(known[texts[0].fingerprint], options.choice, guard, options.least, progress)
        return Debiasing(
            name=name,
            start=encoder,
            transform=transform,
            fitted=Fitted(choice=options.choice, encoder=fingerprint, on=on),
            selection=None,
            effect=effect,
            unmeasured=unmeasured,
        )
    judged = texts[0] if dev is None else dev
    other = judged.fingerprint not in known
    if other:
        warn_of_shared(judged, texts)
    data, fit_on = (embedded(judged), sample) if other else (known[judged.fingerprint], None)
    found = choose(data, guard=guard, fit_on=fit_on, least=options.least, progress=progress)
    on = _described(name, texts, sample, agreements, [judged] if other else [])
    return Debiasing(
        name=name,
        start=encoder,
        transform=None if found.choice is None else fit_transform(sample, found.choice),
        fitted=None if found.choice is None else Fitted(choice=found.choice, encoder=fingerprint, on=on),
        selection=found,
        effect=effect_of_choices(
            data, found.nested.choices, guard=guard, fit_on=fit_on, least=options.least, progress=progress
        ),
    )


def _measured(
    data: Embedded, choice: Choice, guard: Guard, least: int, progress: StartProgress | None
) -> tuple[Comparison | None, str]:
    """The effect, or why it was not measured: a transform that was named is fitted all the same."""
    try:
        return effect_of_choice(data, choice, guard=guard, least=least, progress=progress), ""
    except (DataError, ConfigError) as error:
        return None, str(error)


def warn_of_shared(dev: Collection, texts: Sequence[Collection]) -> None:
    """Warn where a transform is judged on texts that it was fitted on."""
    fitted = pa.chunked_array([chunk for text in texts for chunk in text.passages["text"].chunks])
    shared = pc.sum(pc.is_in(dev.passages["text"], value_set=fitted)).as_py()
    if shared:
        warnings.warn(
            f"{shared:,} of {len(dev.passages):,} passages of {dev.name} are fitted on as well, so that what is chosen "
            "there may look better than it is: choose on other texts, or leave the development data out.",
            stacklevel=3,
        )


def _described(
    encoder: str,
    texts: Sequence[Collection],
    sample: Sample,
    agreements: Sequence[Agreement],
    chosen_on: Sequence[Collection],
) -> dict[str, object]:
    found = sample.balances["passage"]
    return {
        "encoder": encoder,
        "data": [{"name": text.name, "fingerprint": text.fingerprint} for text in texts],
        "chosen_on": [{"name": text.name, "fingerprint": text.fingerprint} for text in chosen_on],
        "texts": sample.sizes(),
        "items": {"in_several_languages": found.items, "in_all_languages": found.everywhere},
        "agreements": [agreement.to_json() for agreement in agreements],
    }
