"""Descriptions of charts: data only, from which a page, a notebook and a file get the same picture and table."""
