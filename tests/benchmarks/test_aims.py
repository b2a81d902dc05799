"""What is held against what: aims of speed and of cost, and what a run says of them at its end."""

from __future__ import annotations

from functools import partial
from time import sleep

import pytest
from benchmarks.callers import Operation, together
from benchmarks.peers.pgbench import SCRIPTS
from benchmarks.report import Report
from benchmarks.table import Aim, Table, compared

TAKEN = {"limit": [100.0, 100.0, 400.0], "ours": [300.0, 200.0, 800.0]}
"""Microseconds of three rounds: ours takes 3, 2 and 2 times as long."""


def judged(*aims: Aim) -> Table:
    return compared("Some work", TAKEN, ("a note",), aims)


def test_an_aim_of_speed_is_a_part_of_the_others_speed() -> None:
    table = judged(
        Aim("fast", "ours", "limit", at_least=0.5), Aim("faster", "ours", "limit", at_least=0.51)
    )

    assert [(each.ratio, each.reached) for each in table.judged] == [(0.5, True), (0.5, False)]


def test_an_aim_of_cost_is_so_many_times_the_others() -> None:
    table = judged(
        Aim("cheap", "ours", "limit", at_most=2), Aim("cheaper", "ours", "limit", at_most=1.9)
    )

    assert [(each.ratio, each.reached) for each in table.judged] == [(2.0, True), (2.0, False)]


def test_an_aim_against_what_was_not_measured_is_not_judged() -> None:
    assert judged(Aim("fast", "ours", "a peer that is not here", at_least=4)).judged == ()


def test_where_many_come_at_once_the_ratio_is_of_speeds() -> None:
    table = compared("Some work", TAKEN, (), rate=True)

    assert [line.ratio for line in table.lines] == [1.0, 0.5]
    assert "10,000 /s" in str(table)


def test_a_run_says_at_its_end_what_was_reached_and_what_could_not_be_measured() -> None:
    report = Report("machine: a quiet one")
    report.tables.append(("work", judged(Aim("half as fast", "ours", "limit", at_least=0.6))))
    report.absent.append("http: no wrk here")

    said = report.summary()

    assert said.startswith("0 of 1 aims reached\n")
    assert "NOT REACHED" in said
    assert "half as fast" in said
    assert "not measured: http: no wrk here" in said


def test_the_document_holds_the_machine_the_aims_and_every_case() -> None:
    report = Report("machine: a quiet one")
    report.tables.append(("work", judged(Aim("half as fast", "ours", "limit", at_least=0.5))))

    document = report.document()

    assert "- machine: a quiet one" in document
    assert "| half as fast | at least 0.5 | 0.500 | 0.333 to 0.500 | reached |" in document
    assert "| ours | 300 us | 2.00 |" in document
    assert "- a note" in document


def test_callers_work_at_once_and_each_of_them_counts() -> None:
    done: list[int] = []

    def work(one: int) -> None:
        done.append(one)
        sleep(0.001)

    operations: list[Operation] = [partial(work, one) for one in range(4)]

    slot = together(operations, 0.2)

    assert set(done) == {0, 1, 2, 3}
    assert 0 < slot.operations <= len(done)
    assert slot.seconds >= 0.2
    assert 0 <= slot.p50 <= slot.p99


def test_what_one_caller_runs_into_is_raised() -> None:
    def stumble() -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        together([stumble, lambda: None], 5)


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_each_statement_for_pgbench_ends(script: str) -> None:
    statements = [line for line in script.splitlines() if line and not line.startswith(("\\", " "))]

    assert script.count(";") == len(statements)
