"""``BatchPlan``: the batches that a run will draw, drawn beforehand by its own sampler with its own seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

from isoglot.batching.sampler import Batch, LanguageBatchSampler

MOST_PAIRS = 2_000_000  # some ten seconds of drawing; of a longer run its beginning stands for the whole
MOST_BATCHES = 50_000  # as long, where they are small


@dataclass(frozen=True, kw_only=True)
class BatchPlan:
    """The global batches of a run.

    Attributes:
        sampler: what drew them.
        batches: of the first steps; all of them unless the run is long.
        steps: of the whole run.
        epoch: steps in an epoch.
    """

    sampler: LanguageBatchSampler
    batches: tuple[Batch, ...]
    steps: int
    epoch: int

    @property
    def whole(self) -> bool:
        """Whether every batch of the run was drawn."""
        return len(self.batches) == self.steps

    @property
    def pairs(self) -> int:
        """Pairs of the drawn batches."""
        return sum(len(batch.items) for batch in self.batches)

    def sample(self, pairs: int) -> tuple[Batch, ...]:
        """Batches of about so many pairs, evenly spaced over those drawn; one at least."""
        most = max(1, pairs // self.global_size)
        if len(self.batches) <= most:
            return self.batches
        return tuple(self.batches[number * len(self.batches) // most] for number in range(most))

    @property
    def global_size(self) -> int:
        """Pairs of a full batch, of all processes."""
        return self.sampler.batch_size * self.sampler.processes


def draw_plan(sampler: LanguageBatchSampler, *, steps: int, most_pairs: int = MOST_PAIRS) -> BatchPlan:
    """Draw a run's batches: the same, in the same order, that training with this sampler sees.

    Args:
        sampler: as training has it; its epoch is set back to what it was.
        steps: of the run.
        most_pairs: draw the first batches only, of so many pairs, where the run has more; one batch at least, and
            50,000 at most.
    """
    before = sampler.epoch
    drawn: list[Batch] = []
    pairs = 0
    try:
        for batch in islice(_batches(sampler), min(steps, MOST_BATCHES)):
            drawn.append(batch)
            pairs += len(batch.items)
            if pairs >= most_pairs:
                break
    finally:
        sampler.set_epoch(before)
    return BatchPlan(sampler=sampler, batches=tuple(drawn), steps=steps, epoch=len(sampler) // sampler.processes)


def _batches(sampler: LanguageBatchSampler) -> Iterator[Batch]:
    for epoch in count():
        sampler.set_epoch(epoch)
        yield from sampler.batches()
