"""Figures of a shift of domain: transfer matrices, gaps, effective robustness, interactions, with their uncertainty."""
