"""Translated documents as training data: help centres (HTML, Markdown) and gettext catalogues."""
