"""What a run may spend with a server that charges by the token."""

import threading
from dataclasses import dataclass

from isoglot.errors import ConfigError, TranslationError
from isoglot.translation.options import ChatOptions

_MILLION = 1e6


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """Tokens of a request and of its answer."""

    read: int
    written: int


class Budget:
    """Counts tokens and money, from any number of threads, and stops before a cap rather than behind it.

    A request is allowed if its estimate, on top of what was spent and of what is under way, stays within the caps; what
    it really took is counted when the answer is there. Estimates too low can pass a cap by the requests under way.

    Raises:
        ConfigError: a cap on money without prices.
    """

    def __init__(self, options: ChatOptions, *, name: str) -> None:
        if options.max_cost is not None and (options.price_in is None or options.price_out is None):
            raise ConfigError("max_cost needs price_in and price_out, the prices of a million tokens.")
        self._options, self._name = options, name
        self._lock = threading.Lock()
        self._requests = 0
        self._spent = Tokens(read=0, written=0)
        self._pending = Tokens(read=0, written=0)

    def reserve(self, estimate: Tokens) -> None:
        """Ask for a request's tokens.

        Raises:
            TranslationError: they would pass a cap; the message says what was spent.
        """
        with self._lock:
            self._check(_sum(self._spent, self._pending, estimate))
            self._pending = _sum(self._pending, estimate)

    def repeat(self, estimate: Tokens) -> None:
        """Count a request without a good answer as paid for, and ask for its tokens again.

        Raises:
            TranslationError: see :meth:`reserve`; :meth:`settle` is due all the same.
        """
        with self._lock:
            self._requests += 1
            self._spent = _sum(self._spent, estimate)
            self._check(_sum(self._spent, self._pending))

    def settle(self, estimate: Tokens, used: Tokens | None) -> None:
        """What a request really took; None if nothing."""
        with self._lock:
            self._pending = Tokens(
                read=self._pending.read - estimate.read, written=self._pending.written - estimate.written
            )
            if used is not None:
                self._requests += 1
                self._spent = _sum(self._spent, used)

    def said(self) -> str:
        """What was spent, in words."""
        tokens = f"{self._spent.read:,} tokens in and {self._spent.written:,} out in {self._requests:,} requests"
        priced = self._options.price_in is not None and self._options.price_out is not None
        return f"{tokens}, {self._cost(self._spent):.4g} in money" if priced else tokens

    def _check(self, total: Tokens) -> None:
        tokens, cost = self._options.max_spent_tokens, self._options.max_cost
        if tokens is not None and total.read + total.written > tokens:
            raise TranslationError(self._full(f"max_spent_tokens = {tokens:,}"))
        if cost is not None and self._cost(total) > cost:
            raise TranslationError(self._full(f"max_cost = {cost:g}"))

    def _cost(self, tokens: Tokens) -> float:
        prices = self._options.price_in or 0.0, self._options.price_out or 0.0
        return (tokens.read * prices[0] + tokens.written * prices[1]) / _MILLION

    def _full(self, cap: str) -> str:
        return (
            f"{self._name}: stopped, for the next request could pass {cap}; spent: {self.said()}; what was translated "
            "is kept, raise the cap to go on."
        )


def estimated(text: str) -> int:
    """Tokens of a text, rather too many: one for every two bytes of UTF-8."""
    return len(text.encode(errors="replace")) // 2 + 1


def _sum(*parts: Tokens) -> Tokens:
    return Tokens(read=sum(part.read for part in parts), written=sum(part.written for part in parts))
