"""Structured logs on standard error: one JSON object a line, no personal data, no tokens."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog


class StandardError(logging.StreamHandler[TextIO]):
    """Writes to what is standard error at that moment, whatever it was when logs were set up."""

    @property
    def stream(self) -> TextIO:
        """Return where to write."""
        return sys.stderr

    @stream.setter
    def stream(self, _: TextIO) -> None:
        """Leave it at that: the base class sets what it was made with."""


def configure_logs(level: int = logging.INFO) -> None:
    """Send everything that is logged through one formatter."""
    stamps: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = StandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=stamps,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "psycopg.pool"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
