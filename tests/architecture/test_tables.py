"""0012: views share their tables; whoever adds another table says here what it is for."""

from __future__ import annotations

import re
from pathlib import Path

MIGRATIONS = Path(__file__).parents[2] / "src/interfaces/postgres/migrations"
LEDGER = ["ledger_events", "ledger_keys"]
VIEWS = ["view_rows", "view_tracking"]
HISTORY = ["history_logs", "history_leaves"]
CHECKPOINTS = [
    "history_signers",
    "history_checkpoints",
    "history_nodes",
    "history_cosignatures",
    "history_alarms",
]
DOCUMENTS = ["document_revisions", "document_rounds"]
KEYS = ["subject_keys"]
MEASUREMENTS = ["measurement_batches", "measurement_figures"]
NOTICES = [
    "notices",
    "notice_readers",
    "notice_deliveries",
    "notice_wishes",
    "calendar_feeds",
]
PARTITIONS = ["partition_names", "partition_routes", "partition_moves", "partition_fences"]
WEB = ["web_sessions", "web_sign_ins"]


def test_views_share_their_tables() -> None:
    texts = (path.read_text() for path in sorted(MIGRATIONS.glob("*.sql")))
    tables = [name for text in texts for name in re.findall(r"CREATE TABLE public\.(\w+)", text)]
    before = [*LEDGER, *VIEWS, *HISTORY, *CHECKPOINTS, *DOCUMENTS, *KEYS, *MEASUREMENTS]
    assert tables == [*before, *WEB, *NOTICES, *PARTITIONS]
