"""How many tokens texts have, beside what an encoder reads of them."""

from collections.abc import Sequence

from tokenizers import Tokenizer

from isoglot.encoder.lazy import loaded
from isoglot.encoder.protocol import Encoder
from isoglot.roles import Role

_AT_ONCE = 1_000


def cut_texts(encoder: Encoder, texts: Sequence[str], *, role: Role) -> int:
    """How many texts are longer than the encoder reads, with their prompt; 0 where it sets no limit.

    Args:
        encoder: one of sentence-transformers; of any other nothing is known.
        texts: as they are encoded.
        role: whose prompt stands in front of them.
    """
    model = loaded(encoder)
    tokenizer, limit = getattr(model, "tokenizer", None), getattr(model, "max_seq_length", None)
    if limit is None or not callable(tokenizer) or isinstance(tokenizer, Tokenizer):
        return 0
    prompts = getattr(model, "prompts", {})
    prompt = prompts.get("query" if role == "query" else "document") or ""
    return sum(
        len(ids) > limit
        for start in range(0, len(texts), _AT_ONCE)
        for ids in tokenizer([prompt + text for text in texts[start : start + _AT_ONCE]], verbose=False)["input_ids"]
    )
