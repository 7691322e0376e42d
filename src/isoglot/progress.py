"""How long work says how far it is: what does the work knows these two calls, and whoever watches draws them."""

from typing import Protocol


class Progress(Protocol):
    """Told how much was done since it was told last."""

    def __call__(self, count: int, /) -> None: ...


class StartProgress(Protocol):
    """Begins a piece of work: what it is, how much there is, and of what."""

    def __call__(self, what: str, total: int, /, unit: str = "texts") -> Progress: ...
