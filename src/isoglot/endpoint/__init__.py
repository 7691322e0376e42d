"""Servers that are asked over HTTP: requests, retries, rates and what is spent."""
