"""Batch policies, one a file: which languages meet in a batch (arXiv 2408.10536, section 3; its names in brackets)."""
