"""How the command line says things: words on a terminal, JSON on request, one line for a no."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

NO = 1
USAGE = 2

AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


class Said(Exception):  # noqa: N818 - it is an answer
    """The answer is no (exit code 1), or the question was wrong (2)."""

    def __init__(self, words: str, code: int = NO) -> None:
        super().__init__(words)
        self.code = code


def say(document: Any, *, as_json: bool, words: str) -> None:
    """Print a document as JSON, or the words for it."""
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False) if as_json else words)
