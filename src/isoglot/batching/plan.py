"""``BatchPlan``: the batches that a run will draw, drawn beforehand by its own sampler with its own seed."""

from collections.abc import Iterator
from copy import copy
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
        sampler: as training has it.
        steps: of the run.
        most_pairs: draw the first batches only, of so many pairs, where the run has more; one batch at least, and
            50,000 at most.
    """
    drawn: list[Batch] = []
    pairs = 0
    for batch in run_batches(sampler, steps=min(steps, MOST_BATCHES)):
        drawn.append(batch)
        pairs += len(batch.items)
        if pairs >= most_pairs:
            break
    return BatchPlan(sampler=sampler, batches=tuple(drawn), steps=steps, epoch=len(sampler) // sampler.processes)


def run_batches(sampler: LanguageBatchSampler, *, steps: int) -> Iterator[Batch]:
    """Each batch of a run, as training with this sampler sees them; nothing is kept.

    Args:
        sampler: as training has it; its epoch is left as it is.
        steps: of the run.
    """
    drawing = copy(sampler)
    left = steps
    for epoch in count():
        drawing.set_epoch(epoch)
        for batch in islice(drawing.batches(), left):
            left -= 1
            yield batch
        if not left:
            return
