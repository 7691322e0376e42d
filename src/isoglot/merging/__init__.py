"""Merging: the weights of a trained encoder and of the one that it was trained from, averaged."""
