"""The policies that a configuration can name, and how one is made from it.

A policy is added by a file beside this one and an entry below; from outside, by ``POLICIES[policy.name] = policy``.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from isoglot.arguments import first_fault
from isoglot.batching.policies.cross_lingual import CrossLingual
from isoglot.batching.policies.grid import Grid
from isoglot.batching.policies.hybrid import Hybrid
from isoglot.batching.policies.mixed import Mixed
from isoglot.batching.policies.monolingual import Monolingual
from isoglot.batching.policies.policy import Policy
from isoglot.errors import ConfigError

POLICIES: dict[str, type[Policy]] = {policy.name: policy for policy in (Monolingual, CrossLingual, Hybrid, Grid, Mixed)}
"""Name -> policy."""


def settings_of(policy: type[Policy]) -> dict[str, Any]:
    """Setting that the policy takes -> its type."""
    hints = get_type_hints(policy)
    return {field.name: hints[field.name] for field in fields(policy)}


def make_policy(name: str, settings: Mapping[str, Any], *, table: str = "batch") -> Policy:
    """A policy of a configuration.

    Args:
        name: one of :data:`POLICIES`.
        settings: as a file has them; all of them are among :func:`settings_of` the policy.
        table: in which they stand, for messages.

    Raises:
        ConfigError: a value that the policy cannot use; begins with the key.
    """
    types = settings_of(POLICIES[name])
    values = {key: _typed(f"{table}.{key}", value, types[key]) for key, value in settings.items()}
    try:
        return POLICIES[name](**values)
    except ConfigError as error:
        raise ConfigError(f"key {', '.join(f'{table}.{key}' for key in types)!r}: {error}") from error


def _typed(key: str, value: Any, wanted: Any) -> Any:
    try:
        return TypeAdapter(wanted).validate_python(value)
    except ValidationError as error:
        raise ConfigError(f"key '{key}': {first_fault(error, value)[1]}.") from error
