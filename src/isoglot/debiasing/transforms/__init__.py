"""Transforms of vectors, one estimator a file: each holds its settings and is fitted on texts without labels."""
