"""Texts that are nearly the same: by the exact Jaccard index of their character n-grams, with candidates from MinHash.

Three ways to find them: within a small batch, every pair exactly (:mod:`~isoglot.text.near.jaccard`); within a column
of texts (:mod:`~isoglot.text.near.column`); and of texts that stream by, in an index of others
(:mod:`~isoglot.text.near.index`).
"""
