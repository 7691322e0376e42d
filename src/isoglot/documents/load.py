"""``load_documents``: help centres and other folders of translated pages as parallel data."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from isoglot.arguments import checked
from isoglot.data.parallel import ParallelDataset
from isoglot.documents.read import read_documents
from isoglot.errors import ConfigError
from isoglot.files import given_path
from isoglot.wording import shown


@checked
def load_documents(folders: Mapping[str, str | Path], *, domain: str = "documents") -> ParallelDataset:
    """Read folders of HTML or Markdown pages, one a language, as training data: headings ask, the text below answers.

    Example::

        >>> data = isoglot.load_documents({"en": "help/en", "de": "help/de"})
        >>> data.languages
        ('de', 'en')

    Args:
        folders: language (BCP 47) -> folder; the first is the language that the pages were written in.
        domain: the domain of the items.

    Returns:
        The items; ``left_out`` says what of the pages could not be used, reason -> how often.

    Raises:
        DataError: see :func:`isoglot.documents.read.read_documents`.
        StorageError: the cache cannot be written.
        ConfigError: it is no dict, or a name is empty.
    """
    if not isinstance(folders, Mapping) or not all(isinstance(tag, str) for tag in folders):
        raise ConfigError(
            f"folders must be a dict such as {{'en': 'help/en', 'de': 'help/de'}}, but is {shown(folders)}."
        )
    data, counts = read_documents({tag: given_path(folder) for tag, folder in folders.items()}, domain=domain)
    lost = Counter[str]()
    for (_, reason), count in (counts.lost_sections + counts.lost_pages).items():
        lost[reason] += count
    data.left_out = dict(lost)
    return data
