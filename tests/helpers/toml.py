"""Configurations as the files that commands read."""

import json
from pathlib import Path
from typing import Any


def write_toml(path: Path, content: dict[str, Any]) -> str:
    """Keys, and sections of keys, as TOML; where it is."""
    sections = {name: value if isinstance(value, dict) else {"": value} for name, value in content.items()}
    lines = [
        f"{name}{key and '.'}{key} = {json.dumps(value)}\n" for name, s in sections.items() for key, value in s.items()
    ]
    path.write_text("".join(lines), encoding="utf-8")
    return str(path)
