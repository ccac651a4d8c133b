"""Every error that Tagsmith raises on purpose.

TagsmithError
├── SettingError         a setting is missing, out of range or contradicts another
├── InputError           a source file, column or row that cannot be used
├── ModelFileError       weights that cannot be fetched, verified or stored
├── EndpointError        the model endpoint refuses every call (key, model name, address)
├── EmbeddingError       Sentence-BERT cannot be loaded or does not fit the tag language
├── SearchError          an external search provider failed (costs evidence, never the build)
├── InterruptedRunError  the run was ended by Ctrl-C or SIGTERM while it asked
├── BudgetError          the money or tokens of a limit are spent, and the run is to fail then
├── PlaceError           a file or folder that a build writes cannot be written
├── LedgerError          the ledger cannot be written (full disk, read-only folder)
├── PublicationError     features could not be written, verified or switched
└── LockedError          another build works on the same ledger

A message says what is wrong, where (row, column, setting, file) and what to do about it. It never
holds a key, a header or the text of an item.
"""


class TagsmithError(Exception):
    """Base of all errors with a remedy in their message."""


class SettingError(TagsmithError):
    """A setting is missing, out of range or contradicts another."""


class InputError(TagsmithError):
    """A source file, column or row cannot be used."""


class ModelFileError(TagsmithError):
    """Model weights cannot be fetched, verified or stored."""


class EndpointError(TagsmithError):
    """The model endpoint refuses every call."""


class EmbeddingError(TagsmithError):
    """Sentence-BERT cannot be loaded or does not fit the tag language."""


class SearchError(TagsmithError):
    """An external search provider failed; it costs evidence, never the build."""


class InterruptedRunError(TagsmithError):
    """The run was ended by Ctrl-C or SIGTERM while it asked."""


class BudgetError(TagsmithError):
    """A limit of money or tokens is reached, and the settings say that the run fails then."""


class PlaceError(TagsmithError, RuntimeError):
    """The warehouse, the ledger or the published folder cannot be written where it is named.

    Also a RuntimeError, since dbt-duckdb prints those in one line when it opens its files.
    """


class LedgerError(TagsmithError, RuntimeError):
    """The ledger cannot be written; nothing may be sent that it does not hold.

    A RuntimeError as PlaceError is.
    """


class PublicationError(TagsmithError):
    """Features could not be written, verified or switched."""


class LockedError(TagsmithError, RuntimeError):
    """Another build works on the same ledger; a RuntimeError as PlaceError is."""
