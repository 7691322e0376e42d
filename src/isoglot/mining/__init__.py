"""Hard negatives: passages that rank high for a query and do not answer it."""
