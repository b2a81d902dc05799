"""The table of what every fault came to, at the end of a run of ``make faults``.

What a worker of pytest-xdist tallied reaches whoever prints as a property of the test's report.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict
from itertools import chain

import pytest

from faults.trying import LONG, TALLIES, Tally, table_of_tallies

PROPERTY = "fault"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,  # noqa: ARG001 - named as pytest names it
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Hand over what a test tallied."""
    report = yield
    if call.when == "call":
        report.user_properties += [(PROPERTY, asdict(tally)) for tally in TALLIES]
        TALLIES.clear()
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, where faults were tried in earnest."""
    reports = chain.from_iterable(terminalreporter.stats.values())
    tallies = [
        Tally(**told)
        for report in reports
        if isinstance(report, pytest.TestReport)
        for name, told in report.user_properties
        if name == PROPERTY and isinstance(told, dict)
    ]
    if LONG and tallies:
        terminalreporter.section("faults")
        for line in table_of_tallies(tallies):
            terminalreporter.line(line)
