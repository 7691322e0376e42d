"""What a disk refuses a store, in words of a person."""

_FULL = ("no space left", "quota exceeded", "os error 28")
_FORBIDDEN = ("read-only file system", "permission denied", "os error 30", "os error 13")


def refused_by_disk(said: str) -> str | None:
    """A sentence for what a store said, where the disk is full or may not be written; None for anything else."""
    lowered = said.lower()
    if any(sign in lowered for sign in _FULL):
        return "the disk is full; what was written before is whole. Make room."
    if any(sign in lowered for sign in _FORBIDDEN):
        return "the system does not let this user do it: give it the right, or name another place."
    return None
