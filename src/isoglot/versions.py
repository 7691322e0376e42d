"""Versions of what results depend on; every artefact carries them."""

import platform
from importlib.metadata import version

_PACKAGES = ("isoglot", "sentence-transformers", "transformers", "torch", "numpy", "datasets")


def versions() -> dict[str, str]:
    """Package -> version, and Python's."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}
