from pathlib import Path
from typing import Any

import pytest

from helpers.training import small_config, write_items


@pytest.fixture
def items(tmp_path: Path) -> Path:
    return write_items(tmp_path / "items.jsonl")


@pytest.fixture
def config(tmp_path: Path, items: Path, tiny_encoder: Path) -> dict[str, Any]:
    return small_config(tmp_path / "out", items=items, encoder=tiny_encoder)
