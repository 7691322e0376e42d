"""Which paragraphs belong together where only shared questions tell."""

from collections.abc import Iterable, Sequence


def components(sets: Iterable[Sequence[str]]) -> dict[str, str]:
    """Member -> a member that its component is named after; sets that share a member are in one component.

    In XQuAD a paragraph has one place in all languages; in MLQA the same article text sits at different
    places, and only the shared question ids tell that two paragraphs belong together.

    Args:
        sets: each with a member or more: the paragraphs of one question, one a language.
    """
    parent: dict[str, str] = {}

    def root(member: str) -> str:
        while parent.setdefault(member, member) != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    for first, *others in sets:
        root(first)
        for other in others:
            parent[root(other)] = root(first)
    return {member: root(member) for member in list(parent)}
