"""The report of a study: the verdict in words, the tables and pictures behind it, and the page that holds them."""
