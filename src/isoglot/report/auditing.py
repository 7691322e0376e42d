"""``audit``: an encoder evaluated on one collection, and what that means in words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from html import escape
from typing import Any, ClassVar

from isoglot.arguments import checked
from isoglot.data.given import AnyCollection, given_collection
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.given import AnyEncoder, encoder_name, given_encoder
from isoglot.evaluation.embedded import Embedded, encode_collection
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate_embedded, filed
from isoglot.evaluation.found import Averages, EvaluationResult
from isoglot.evaluation.measures import AP, given_measures, parse_measure
from isoglot.evaluation.results import CollectionResult, Evaluation
from isoglot.evaluation.scores import Topics
from isoglot.evaluation.settings import SETTINGS
from isoglot.progress import StartProgress
from isoglot.report.audit import AuditSection, audit_sections
from isoglot.report.debiasing import debiasing_section

_NEEDED = (AP, parse_measure("Success@1"))  # what the sentences say


@dataclass(frozen=True, kw_only=True, repr=False)
class Audit(EvaluationResult):
    """An evaluation, and what it means to somebody who has to decide about the encoder; as text, its sentences.

    Example::

        >>> found = isoglot.audit("e5-small", "sample/test", options=isoglot.EvaluationOptions(draws=100))
        >>> found.sections[0].title
        'The pool'

    Attributes:
        evaluation: of the encoder on the collection.
        sections: headings and sentences.
    """

    verb: ClassVar[str] = "audit"

    evaluation: Evaluation
    sections: tuple[AuditSection, ...]

    @property
    def encoder(self) -> str:
        """What it is called."""
        return self.evaluation.encoder

    @property
    def collections(self) -> dict[str, CollectionResult]:
        """The one collection, by name."""
        return self.evaluation.collections

    @property
    def fitted_on(self) -> frozenset[str]:
        """See :class:`~isoglot.evaluation.results.Evaluation`."""
        return self.evaluation.fitted_on

    def _averages(self) -> Mapping[str, Averages]:
        return self.evaluation._averages()

    def _topics(self) -> Mapping[str, Topics]:
        return self.evaluation._topics()

    def _content(self) -> dict[str, Any]:
        return {**self.evaluation._content(), "audit": [asdict(section) for section in self.sections]}

    def __str__(self) -> str:
        return "\n\n".join("\n".join([section.title, *section.lines]) for section in self.sections)

    def _repr_html_(self) -> str:
        paragraphs = (
            f"<h4>{escape(section.title)}</h4>{''.join(f'<p>{escape(line)}</p>' for line in section.lines)}"
            for section in self.sections
        )
        return f"<p><b>Audit</b>: {escape(self._headline())}</p>{''.join(paragraphs)}"


@checked
def audit(
    encoder: AnyEncoder,
    collection: AnyCollection,
    *,
    name: str | None = None,
    options: EvaluationOptions | None = None,
    progress: StartProgress | None = None,
) -> Audit:
    """Say in words what an encoder does in a pool of several languages, where it is biased, and what to try.

    Example::

        >>> found = isoglot.audit("e5-small", "sample/test")
        >>> print(found)
        The pool
        ...

    Args:
        encoder: by object or by name, as for :func:`isoglot.evaluate`.
        collection: the same.
        name: what the encoder is called in the results; if left out, as it was loaded or named.
        options: as for :func:`isoglot.evaluate`; what the sentences need is computed in any case.
        progress: begins the encoding of either side, and the rankings.

    Raises:
        EncoderError, DataError, FetchError, ConfigError: see :func:`isoglot.evaluate`.
    """
    options = options or EvaluationOptions()
    measures = tuple(dict.fromkeys([*given_measures(options.measures), *_NEEDED]))
    options = replace(options, measures=measures, settings=SETTINGS)
    loaded = given_collection(collection)
    name, encoder = name or encoder_name(encoder), given_encoder(encoder)
    fingerprint = encoder_fingerprint(encoder)
    kept = fingerprint if options.cache else None
    embedded = encode_collection(encoder, loaded, fingerprint=kept, progress=progress)
    result = evaluate_embedded(embedded, options=options, progress=progress)
    would = debiasing_section(embedded, progress=progress)
    evaluation = filed({loaded.name: result}, encoder, name=name, fingerprint=fingerprint, options=options)
    said = audit_sections(result, dense=isinstance(embedded, Embedded))
    return Audit(evaluation=evaluation, sections=(*said, *([] if would is None else [would])))
