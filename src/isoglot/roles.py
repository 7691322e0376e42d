"""The two roles that a text can have: it asks, or it may answer."""

from typing import Literal

Role = Literal["query", "passage"]
ROLES: tuple[Role, Role] = ("query", "passage")
PLURAL: dict[Role, str] = {"query": "queries", "passage": "passages"}
