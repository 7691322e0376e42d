"""The one family of errors that a user can cause; the command line prints their message and nothing else."""


class IsoglotError(Exception):
    """Something the user can mend. The message names the file, line or key and says what to do."""


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
