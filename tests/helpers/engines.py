"""Translators that need nothing, and say what they were asked."""

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


class Reversing:
    """Translates by turning texts round; breaks off where it is told to."""

    name = "reversing 1"

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.breaks_at = ""

    def check(self, source: str, target: str) -> None:
        """Every direction."""

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        if any(self.breaks_at and self.breaks_at in text for text in texts):
            raise KeyboardInterrupt
        self.seen += texts
        return [text[::-1] for text in texts]
