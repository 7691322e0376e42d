"""Transforms that take an encoder's vectors from their languages: fitted without labels, applied to what is stored."""
