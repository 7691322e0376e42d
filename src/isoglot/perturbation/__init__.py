"""Perturbed queries, seeded and graded by a strength from 0 to 1, and what an encoder loses by them."""
