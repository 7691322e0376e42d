"""An index as a service on HTTP: questions in, hits out, and a page to try it."""
