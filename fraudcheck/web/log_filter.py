"""What may the log say of a call that failed? Where and how, and nothing of what the caller sent."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

from aiohttp.http_exceptions import HttpProcessingError

_PLACES = 4


class NoContent(logging.Filter):
    """Takes the texts of exceptions out of aiohttp's records: a body that breaks HTTP's rules stands in them whole.

    A caller who breaks off, or sends what is no HTTP, is no matter for the log at all.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """See ``logging.Filter``."""
        problem = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if problem is None:
            return True
        if isinstance(problem, HttpProcessingError | ConnectionError):
            return False
        places = traceback.extract_tb(problem.__traceback__)[-_PLACES:]
        record.msg = "a call failed with %s at %s"
        record.args = (
            type(problem).__name__,
            " > ".join(f"{Path(place.filename).name}:{place.lineno}" for place in places),
        )
        record.exc_info = record.exc_text = None
        return True


def install() -> None:
    """Put the filter on aiohttp's logger, once."""
    logger = logging.getLogger("aiohttp.server")
    if not any(isinstance(one, NoContent) for one in logger.filters):
        logger.addFilter(NoContent())
