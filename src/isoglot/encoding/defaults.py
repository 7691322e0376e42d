"""What encoding takes where nothing is said. Commands show it, so it lies apart from what is slow to import."""

SHARD_ROWS = 4_096
"""Texts of a shard."""

MARGIN = 0.01
"""The loss of mAP by fewer bytes that is accepted."""
