"""How results hold up: perturbed queries, and measures of robustness to a shift of domain or language."""
