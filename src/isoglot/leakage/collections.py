"""Test collections in the form in which they are audited."""

from pathlib import Path

from isoglot.data import registry
from isoglot.data.collection import Collection
from isoglot.data.formats.squad import read_squad
from isoglot.data.load import load_collection
from isoglot.data.sources import split_languages

# Their files are SQuAD JSON besides, with the whole paragraphs.
_SENTENCE_COLLECTIONS = ("xquad-r", "mlqa-r")


def load_audited(source: str | Path) -> Collection:
    """A collection with whole paragraphs as passages where its candidates are sentences, else as it is evaluated.

    The candidates of XQuAD-R and MLQA-R are sentences, many shorter than 13 words; what leaks is their paragraph.

    Raises:
        DataError: there is no such data, or it cannot be read.
        FetchError: it could not be downloaded.
    """
    name, languages = split_languages(str(source))
    if name in _SENTENCE_COLLECTIONS and not Path(source).exists():
        files = registry.files(name, languages=languages)
        return Collection.from_parallel(str(source), read_squad(dict(files), domain=name))
    return load_collection(source)
