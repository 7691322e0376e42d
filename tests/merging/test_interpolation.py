"""Every parameter lies where it should between two encoders', and what is no parameter is the trained one's."""

import pytest
import torch
from torch import nn

from isoglot.merging import interpolation
from isoglot.merging.interpolation import interpolate


class Net(nn.Module):
    """Two layers with one weight, a scalar, and a buffer."""

    seen: torch.Tensor

    def __init__(self, value: float, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(3, 5, bias=False), nn.Linear(3, 5, bias=False)
        self.second.weight = self.first.weight
        self.scale = nn.Parameter(torch.tensor(value))
        self.register_buffer("seen", torch.tensor(value))
        nn.init.constant_(self.first.weight, value)
        self.to(dtype)


@pytest.mark.parametrize("rows", [2, 16384])
def test_parameters_are_averaged_and_buffers_are_not(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(interpolation, "_ROWS", rows)
    start, trained, merged = Net(1.0), Net(2.0), Net(2.0)
    interpolate(start, trained, into=merged, weight=0.25)
    assert merged.second.weight is merged.first.weight
    assert merged.first.weight.unique().item() == 1.25
    assert (merged.scale.item(), merged.seen.item()) == (1.25, 2.0)
    assert (start.scale.item(), trained.scale.item()) == (1.0, 2.0)


def test_half_precision_is_rounded_once() -> None:
    """1 and the next bfloat16 above it: what lies between them is nearest to one of the two."""
    low, high = 1.0, 1.0078125
    for weight, nearest in ((0.4, low), (0.6, high)):
        merged = Net(high, torch.bfloat16)
        interpolate(Net(low), Net(high, torch.bfloat16), into=merged, weight=weight)
        assert (merged.scale.dtype, merged.scale.item()) == (torch.bfloat16, nearest)


def test_at_weight_1_the_trained_parameters_come_out_to_the_bit() -> None:
    torch.manual_seed(0)
    start, trained, merged = (nn.Linear(7, 7) for _ in range(3))
    interpolate(start, trained, into=merged, weight=1.0)
    assert torch.equal(merged.weight, trained.weight)
