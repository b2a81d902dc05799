"""The table of what every fault came to, at the end of a run of ``make faults``."""

from __future__ import annotations

import pytest

from faults.trying import LONG, TALLIES, table_of_tallies


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, where faults were tried in earnest."""
    if LONG and TALLIES:
        terminalreporter.section("faults")
        for line in table_of_tallies():
            terminalreporter.line(line)
