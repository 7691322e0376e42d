"""Sections of a page: what results say of one question, as sentences and charts."""
