"""What is logged is one JSON object a line, on whatever is standard error just then."""

from __future__ import annotations

import io
import json
import logging
import sys

import pytest

from interfaces.logs import configure_logs


def test_a_line_is_an_object_on_the_standard_error_of_that_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, now = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", before)
    configure_logs()
    before.close()
    monkeypatch.setattr(sys, "stderr", now)
    logging.getLogger("interfaces.somewhere").warning("it is %s", "late")
    (line,) = now.getvalue().splitlines()
    told = json.loads(line)
    assert {name: told[name] for name in ("event", "level", "logger")} == {
        "event": "it is late",
        "level": "warning",
        "logger": "interfaces.somewhere",
    }
