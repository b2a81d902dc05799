"""A group of commands whose modules are loaded when they are called, not when others are.

Setting PDFs, speaking HTTP and running the service take a second each to load; whoever asks for
the difference of two files should not wait for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import typer
from typer._click import Command, Context
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

Load = Callable[[], typer.Typer]


@dataclass(frozen=True, slots=True)
class Entry:
    """A command or a group: what it says in the list of all, and what loads it."""

    says: str
    load: Load


class LazyGroup(TyperGroup):
    """The group at the top; its entries are set on a subclass."""

    entries: ClassVar[Mapping[str, Entry]] = {}

    def list_commands(self, ctx: Context) -> list[str]:
        """Return the names, in order."""
        del ctx
        return list(self.entries)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Return what stands for a command in the list of all, without loading it."""
        del ctx
        entry = self.entries.get(cmd_name)
        return None if entry is None else TyperCommand(cmd_name, help=entry.says)

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        """Load the command that is called."""
        name, known, rest = super().resolve_command(ctx, args)
        if name is None or known is None:
            return name, known, rest
        command = get_command(self.entries[name].load())
        command.name = name
        return name, command, rest


def single(function: Callable[..., None]) -> typer.Typer:
    """Return an application of one command."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(function)
    return app
