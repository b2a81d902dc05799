"""Why a document could not be set."""


class NotSet(Exception):  # noqa: N818 - it is an answer: these words cannot be set
    """The document cannot be made; the message says what typst found."""
