"""A translator that needs nothing, and says what it was asked."""

from collections.abc import Callable, Sequence

from isoglot.errors import TranslationError


class Labelled:
    """Translates a text to "<target>:<text>", unless told otherwise.

    Attributes:
        asked: (target, texts) of every call that was answered.
    """

    def __init__(self, name: str = "labelled 1", translation: Callable[[str, str], str] | None = None) -> None:
        self.name = name
        self.asked: list[tuple[str, list[str]]] = []
        self.translation = translation or (lambda text, target: f"{target}:{text}")

    def check(self, source: str, target: str) -> None:
        if target == "fr":
            raise TranslationError(f"no {source} to {target}")

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        self.asked.append((target, list(texts)))
        return [self.translation(text, target) for text in texts]
