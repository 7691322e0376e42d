"""Texts leave this machine only where somebody agreed: who works asks here, and who talks to the user answers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from isoglot.errors import EncoderError
from isoglot.wording import counted


@dataclass(frozen=True, kw_only=True)
class Sending:
    """Texts that an encoder is about to send to a server, for the first time.

    Attributes:
        encoder: its name.
        host: of the server.
        texts: how many, at most.
        tokens: in them, estimated.
        cost: of these tokens, in money; None where no price is known.
        agreed: whether nobody need be asked: the host is not public, or whoever named it said so.
    """

    encoder: str
    host: str
    texts: int
    tokens: int
    cost: float | None
    agreed: bool

    def __str__(self) -> str:
        cost = "" if self.cost is None else f", {self.cost:.2g} in money"
        return f"up to {counted(self.texts, 'texts')} (about {self.tokens:,} tokens{cost}) to {self.host}"


Answer = Callable[[Sending], None]
"""Hears of texts before they are sent, and raises where they must not be."""

_ANSWERS: list[Answer] = []  # of this process, the innermost last


@contextmanager
def answering(answer: Answer) -> Iterator[None]:
    """Let somebody answer in the block, such as a person at a terminal."""
    _ANSWERS.append(answer)
    try:
        yield
    finally:
        _ANSWERS.remove(answer)


def ask_to_send(sending: Sending) -> None:
    """Ask whoever answers.

    Raises:
        EncoderError: the answer is no; or nobody answers, and it was not agreed before.
        ConfigError: nobody can be asked.
    """
    if _ANSWERS:
        _ANSWERS[-1](sending)
    elif not sending.agreed:
        raise EncoderError(
            f"{sending.encoder}: this would send {sending}, which is a public host: say send_texts=True to "
            "isoglot.OpenAIEncoder, or send_texts = true in the encoder's file, if these texts may go there."
        )
