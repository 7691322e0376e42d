"""The one family of errors that a user can cause; the command line prints their message and nothing else."""

import re

# What may stand before the host of an address; a password may hold "@" itself.
_LOGIN = re.compile(r"(?<=:/)(/?)[^\s/]+@")


def without_logins(text: str) -> str:
    """The text with ``***`` for user and password in addresses such as ``https://user:password@host``."""
    return _LOGIN.sub(r"\1***@", text)


def first_line(error: Exception) -> str:
    """The first line of what an error of other code says, without a full stop; its type where it says nothing."""
    return str(error).strip().partition("\n")[0].rstrip(".!") or type(error).__name__


class IsoglotError(Exception):
    """Something the user can mend. The message names the file, line or key and says what to do.

    Example::

        >>> try:
        ...     isoglot.load_collection("no-such")
        ... except isoglot.IsoglotError as error:
        ...     print(error)
        There is no data set, file or folder 'no-such': ...

    Whatever is put into it, it shows no login of an address: mirrors, proxies and servers may have one.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(without_logins(message))


class DataError(IsoglotError):
    """A data file, row or collection that cannot be used as it is."""


class ConfigError(IsoglotError):
    """A setting, option or combination of them that cannot work."""


class FetchError(IsoglotError):
    """A file that could not be downloaded, or is not the file that was asked for."""


class EncoderError(IsoglotError):
    """An encoder that cannot be loaded, or does not do what an encoder does."""


class TranslationError(IsoglotError):
    """A translation engine that is not installed, lacks a direction, or failed."""


class TrainingInterrupted(IsoglotError):
    """Training was stopped by Ctrl-C; the message says how to go on."""


class StorageError(IsoglotError):
    """The disk is full, or cannot be written."""
