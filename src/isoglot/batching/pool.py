"""The items that one kind of batch draws from, in a random order, without repeats while that is possible."""

import numpy as np
import numpy.typing as npt

from isoglot.arrays import Ints
from isoglot.batching.collisions import compatible, most_compatible


class Uses:
    """How often each item was drawn in this epoch, shared by all pools of a sampler."""

    def __init__(self, items: int) -> None:
        self.count: npt.NDArray[np.int32] = np.zeros(items, dtype=np.int32)


class Pool:
    """Draws batches of items that do not collide.

    A pool goes through its items in passes. In pass k it takes items that were used at most k times by any
    pool, so items come a second time only once the unused ones have run out or are too few for a batch.

    Args:
        items: (n,) int64, the items of the pool.
        collisions: (all items, 2) int64; items that agree in a column do not share a batch.
        uses: shared with the other pools.
        rng: shuffles each pass.
    """

    def __init__(self, items: Ints, collisions: Ints, uses: Uses, rng: np.random.Generator) -> None:
        self._items = items.astype(np.int32)  # a pool holds two arrays of all its items: half the memory
        self._collisions, self._uses, self._rng = collisions, uses, rng
        self._pass = -1
        # Items that came up but were left for a later batch: a sibling was in the batch, or it was full.
        self._waiting: Ints = np.empty(0, dtype=np.int64)
        self._start_pass()

    def take(self, size: int) -> Ints:
        """(size,) int64: the next items, no two colliding; marks them used.

        ``size`` is at most what :func:`most_compatible` finds among the pool's items.
        """
        chosen = np.empty(0, dtype=np.int64)
        waiting, self._waiting = self._waiting, np.empty(0, dtype=np.int64)
        first_pass = self._pass
        while True:
            waiting = waiting[self._uses.count[waiting] <= self._pass]  # what is used up need not wait
            fits = compatible(self._collisions[waiting], self._collisions[chosen])[: size - len(chosen)]
            chosen = np.concatenate([chosen, waiting[fits]])
            self._waiting = np.concatenate([self._waiting, np.delete(waiting, fits)])
            if len(chosen) == size:
                break
            if self._pass > first_pass and self._pass > first_pass + 2 + self._most_used():
                chosen = self._match(size)
                break
            waiting = self._next_items(2 * size)
        self._uses.count[chosen] += 1
        return chosen

    def _start_pass(self) -> None:
        self._pass += 1
        self._order = self._rng.permutation(self._items)
        self._cursor = 0
        self._waiting = np.empty(0, dtype=np.int64)

    def _next_items(self, count: int) -> Ints:
        if self._cursor >= len(self._order):
            self._start_pass()
        items = self._order[self._cursor : self._cursor + count].astype(np.int64)
        self._cursor += count
        return items

    def _most_used(self) -> int:
        return int(self._uses.count[self._items].max())

    def _match(self, size: int) -> Ints:
        """A batch where taking items in their order leaves it short, though items enough could share one."""
        items = self._rng.permutation(self._items).astype(np.int64)
        return self._rng.permutation(items[most_compatible(self._collisions[items])])[:size]
