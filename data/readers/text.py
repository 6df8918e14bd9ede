"""Plain text: kept character for character."""

from data.readers.reading import Limits, too_large


def read(text: str, limits: Limits) -> str:
    """The text as it is, if it is within the limit."""
    if len(text) > limits.characters:
        raise too_large("text", limits.characters, "characters")
    return text
