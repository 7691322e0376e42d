"""Passages by the number, made of the built-in sample's sentences."""

from isoglot.data.collection import Collection


def made_up(pool: Collection, count: int, *, characters: int | None = None) -> Collection:
    """So many different passages, each with its number in front; texts are cut at so many characters."""
    own = pool.passages.to_pylist()
    rows = [
        {"id": str(number), "lang": row["lang"], "text": f"{number}: {row['text'][:characters]}"}
        for number, row in zip(range(count), own * (count // len(own) + 1), strict=False)
    ]
    query = {"id": "q", "lang": "en", "text": "?"}
    return Collection.from_rows("made up", queries=[query], passages=rows, relevant={("q", "0"): 1})
