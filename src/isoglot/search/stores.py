"""Which store an index is kept in, as its place says."""

from pathlib import Path

from isoglot.endpoint.hosts import checked_url
from isoglot.files import given_name
from isoglot.search.lance import LanceStore
from isoglot.search.milvus import MilvusStore
from isoglot.search.store import Store


def store_at(place: str | Path) -> Store:
    """The store of a place: Milvus Lite for ``x.db``, a cluster of Milvus for ``http://...``, LanceDB for any other.

    Raises:
        ConfigError: the place is no name, or has a password in it, or the store is not installed.
        StorageError: the place cannot be reached.
    """
    name = str(given_name(place, "a folder, or an address such as s3://bucket/index or http://host:19530"))
    if name.startswith(("http://", "https://")):
        return MilvusStore(checked_url(name))
    return MilvusStore(name) if name.endswith(".db") else LanceStore(name)
