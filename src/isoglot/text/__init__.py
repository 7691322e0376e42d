"""What a text is, to whoever compares, counts or checks it: normal form, scripts, lengths, words, near duplicates."""
