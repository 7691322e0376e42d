"""The command line: parse, call, print."""

from isoglot.cli.main import main

__all__ = ["main"]
