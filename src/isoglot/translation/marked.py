"""Passages whose answer is marked (:mod:`isoglot.text.marks`), translated by engines that know nothing of marks.

What stands before the marks, between them and behind them is translated on its own, so the marks stay where they
belong, whatever the engine does with a sentence.
"""

from collections.abc import Iterable

from isoglot.progress import StartProgress
from isoglot.text.marks import joined, parts_of
from isoglot.translation.engine import Translator
from isoglot.translation.memory import Translated, translate_remembered


def translate_marked(
    translator: Translator, texts: Iterable[str], *, source: str, target: str, progress: StartProgress | None = None
) -> Translated:
    """:func:`translate_remembered`, with marks kept; a text without marks is translated whole.

    Args:
        progress: begun once, with the number of different parts.

    Returns:
        By text. ``remembered`` counts parts.

    Raises:
        TranslationError, StorageError: as there.
    """
    parts = {text: parts_of(text) or (text,) for text in texts}
    wanted = dict.fromkeys(part.strip() for some in parts.values() for part in some if part.strip())
    told = progress(f"{source} to {target}", len(wanted)) if progress else None
    found = translate_remembered(translator, wanted, source=source, target=target, progress=told)
    failed: dict[str, str] = {}
    translations: dict[str, str] = {}
    for text, some in parts.items():
        reason = next((found.failed[part.strip()] for part in some if part.strip() in found.failed), None)
        if reason is None:
            translations[text] = _joined([_translated(part, found) for part in some])
        else:
            failed[text] = reason
    return Translated(translations=translations, remembered=found.remembered, failed=failed)


def _translated(part: str, found: Translated) -> str:
    """The translation, with the white space that the part has at its ends; nothing if it came to nothing."""
    core = part.strip()
    if not core:
        return part
    start = part.index(core)
    translation = found.translations[core].strip()
    return f"{part[:start]}{translation}{part[start + len(core) :]}" if translation else ""


def _joined(parts: list[str]) -> str:
    """One text again; nothing if the answer came to nothing."""
    if len(parts) == 1:
        return parts[0]
    before, answer, after = parts
    return joined(before, answer, after) if answer.strip() else ""
