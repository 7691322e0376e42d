"""What a run may spend with a server that charges by the token."""

import threading
from dataclasses import dataclass

from isoglot.errors import ConfigError, IsoglotError

_MILLION = 1e6


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """Tokens of a request and of its answer."""

    read: int
    written: int


@dataclass(frozen=True, kw_only=True)
class Caps:
    """What may be spent, and what tokens cost.

    Attributes:
        max_spent_tokens: in and out together; None for no cap.
        max_cost: in money; None for no cap.
        price_in, price_out: of a million tokens; None where it is not known.

    Raises:
        ConfigError: a cap on money without prices.
    """

    max_spent_tokens: int | None
    max_cost: float | None
    price_in: float | None
    price_out: float | None

    def __post_init__(self) -> None:
        if self.max_cost is not None and not self.priced:
            raise ConfigError("max_cost needs price_in and price_out, the prices of a million tokens.")

    @property
    def priced(self) -> bool:
        """Whether all prices are known."""
        return self.price_in is not None and self.price_out is not None

    def cost(self, tokens: Tokens) -> float:
        """In money; what has no price costs nothing."""
        return (tokens.read * (self.price_in or 0.0) + tokens.written * (self.price_out or 0.0)) / _MILLION


class Budget:
    """Counts tokens and money, from any number of threads, and stops before a cap rather than behind it.

    A request is allowed if its estimate, on top of what was spent and of what is under way, stays within the caps; what
    it really took is counted when the answer is there. Estimates too low can pass a cap by the requests under way.

    Args:
        caps: and prices.
        name: of who spends, for errors.
        error: what is raised at a cap.
    """

    def __init__(self, caps: Caps, *, name: str, error: type[IsoglotError]) -> None:
        self.caps, self._name, self._error = caps, name, error
        self._lock = threading.Lock()
        self._requests = 0
        self._spent = Tokens(read=0, written=0)
        self._pending = Tokens(read=0, written=0)

    def reserve(self, estimate: Tokens) -> None:
        """Ask for a request's tokens.

        Raises:
            IsoglotError: of the budget's kind; they would pass a cap, and the message says what was spent.
        """
        with self._lock:
            self._check(_sum(self._spent, self._pending, estimate))
            self._pending = _sum(self._pending, estimate)

    def repeat(self, estimate: Tokens) -> None:
        """Count a request without a good answer as paid for, and ask for its tokens again.

        Raises:
            IsoglotError: see :meth:`reserve`; :meth:`settle` is due all the same.
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
        spent, requests = self._spent, f"in {self._requests:,} requests"
        read = f"{spent.read:,} tokens"
        tokens = f"{read} in and {spent.written:,} out {requests}" if spent.written else f"{read} {requests}"
        return f"{tokens}, {self.caps.cost(spent):.4g} in money" if self.caps.priced else tokens

    def _check(self, total: Tokens) -> None:
        tokens, cost = self.caps.max_spent_tokens, self.caps.max_cost
        if tokens is not None and total.read + total.written > tokens:
            raise self._error(self._full(f"max_spent_tokens = {tokens:,}"))
        if cost is not None and self.caps.cost(total) > cost:
            raise self._error(self._full(f"max_cost = {cost:g}"))

    def _full(self, cap: str) -> str:
        return (
            f"{self._name}: stopped, for the next request could pass {cap}; spent: {self.said()}; what came before is "
            "kept, raise the cap to go on."
        )


def estimated(text: str) -> int:
    """Tokens of a text, rather too many: one for every two bytes of UTF-8."""
    return len(text.encode(errors="replace")) // 2 + 1


def _sum(*parts: Tokens) -> Tokens:
    return Tokens(read=sum(part.read for part in parts), written=sum(part.written for part in parts))
