"""The items that one kind of batch draws from, in a random order, without repeats while that is possible."""

import numpy as np
import numpy.typing as npt

from isoglot.batching.policies import Ints
from isoglot.errors import ConfigError


class Uses:
    """How often each item was drawn in this epoch, shared by all pools of a sampler."""

    def __init__(self, items: int) -> None:
        self.count: npt.NDArray[np.int32] = np.zeros(items, dtype=np.int32)


class Pool:
    """Draws batches of items that do not collide.

    A pool goes through its items in passes. In pass k it takes items that were used at most k times by any
    pool, so an item comes a second time only when the unused ones have run out.

    Args:
        items: (n,) int64, the items of the pool.
        collisions: (all items, columns) int64; items that agree in a column do not share a batch.
        uses: shared with the other pools.
        rng: shuffles each pass.
    """

    def __init__(self, items: Ints, collisions: Ints, uses: Uses, rng: np.random.Generator) -> None:
        self._items, self._collisions, self._uses, self._rng = items, collisions, uses, rng
        self._pass = -1
        self._start_pass()

    def take(self, size: int) -> Ints:
        """(size,) int64: the next items, no two colliding; marks them used.

        Raises:
            ConfigError: no batch of this size can be made of the pool's items.
        """
        chosen = np.empty(0, dtype=np.int64)
        waiting, self._waiting = self._waiting, np.empty(0, dtype=np.int64)
        last_pass = self._pass + 2 + int(self._uses.count[self._items].max())
        while True:
            fits = self._fitting(waiting, chosen)[: size - len(chosen)]
            chosen = np.concatenate([chosen, waiting[fits]])
            self._waiting = np.concatenate([self._waiting, np.delete(waiting, fits)])
            if len(chosen) == size:
                break
            if self._pass > last_pass:
                raise ConfigError(
                    f"a batch of {size} cannot be filled: of {len(self._items)} items only {len(chosen)} share neither "
                    "a group nor a passage text. Lower batch_size."
                )
            waiting = self._next_items(2 * size)
        self._uses.count[chosen] += 1
        return chosen

    def _start_pass(self) -> None:
        self._pass += 1
        self._order = self._rng.permutation(self._items)
        self._cursor = 0
        # Items that came up but were left for a later batch: a sibling was in the batch, or it was full.
        self._waiting: Ints = np.empty(0, dtype=np.int64)

    def _next_items(self, count: int) -> Ints:
        if self._cursor >= len(self._order):
            self._start_pass()
        items: Ints = self._order[self._cursor : self._cursor + count]
        self._cursor += count
        return items

    def _fitting(self, candidates: Ints, chosen: Ints) -> Ints:
        """Positions of candidates that are not used up and collide neither with the batch nor among themselves."""
        positions = np.flatnonzero(self._uses.count[candidates] <= self._pass)
        for keys in self._collisions.T:
            _, first = np.unique(keys[candidates[positions]], return_index=True)
            positions = positions[np.sort(first)]
            positions = positions[~np.isin(keys[candidates[positions]], keys[chosen])]
        return positions
