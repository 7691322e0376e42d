"""Texts that are nearly the same: by the exact Jaccard index of their character n-grams, with candidates from MinHash.

Three ways to find them: within a small batch, every pair exactly (:mod:`~isoglot.text.near.jaccard`); within a column
of texts, those that go if the first stays (:mod:`~isoglot.text.near.column`); and of texts that stream by, in an index
of others (:mod:`~isoglot.text.near.index`). The last two do not list all pairs: of texts made from one template every
two are near, and there are too many.
"""
