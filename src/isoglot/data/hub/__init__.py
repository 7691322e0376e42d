"""Data sets of the Hugging Face hub: their names, their files, and the lock that later runs are held to."""
