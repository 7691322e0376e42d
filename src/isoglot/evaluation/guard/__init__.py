"""The guard: a change is made only where it is shown to gain, and to lose nothing in one language."""
