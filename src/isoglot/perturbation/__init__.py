"""Perturbations of queries, one file a family: seeded, and graded by a strength from 0 to 1."""
