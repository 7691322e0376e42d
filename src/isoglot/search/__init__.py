"""Search that is fair over a pool of several languages: an index on an existing store, and policies that rank it."""
