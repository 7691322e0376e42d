"""What a translation engine will take before it is opened; a model of the hub is not downloaded for it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from isoglot.data.hub.models import foresee_model
from isoglot.errors import IsoglotError
from isoglot.foreseen import Foreseen
from isoglot.translation.load import EngineSpec, place_of, translator


def foresee_engine(spec: EngineSpec, *, source: str, to: Sequence[str]) -> Iterator[Foreseen]:
    """Whether an engine is here: a model of the hub as a whole, any other for each direction.

    Args:
        spec: of an engine that there could be (:func:`isoglot.translation.load.check_spec`).
        source, to: the languages.
    """
    kind, place = place_of(spec)
    called = f"{kind}:{place}" if place else kind
    if kind == "hf" and not Path(place).expanduser().exists():
        yield foresee_model(place, called=called)
        return
    try:
        engine = translator(spec)
    except IsoglotError as error:
        yield Foreseen(name=called, where="missing", reason=str(error))
        return
    for target in to:
        try:
            engine.check(source, target)
            yield Foreseen(name=f"{called} {source}>{target}", where="here")
        except IsoglotError as error:
            yield Foreseen(name=f"{called} {source}>{target}", where="missing", reason=str(error))
