"""Studies: arms x training domains x seeds x test collections, and what they say about robustness to domain shift."""
