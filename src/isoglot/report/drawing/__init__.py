"""How charts are drawn: a description in, one SVG out."""
