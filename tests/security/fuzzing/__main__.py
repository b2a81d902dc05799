"""Fuzz a parser, guided by which code is reached: ``python -m security.fuzzing TARGET SECONDS``.

Atheris reports what it breaks on and ends with 1; what it broke on lies in the directory named by
``--found``, to be put into ``tests/security/corpus/TARGET`` once the parser is mended.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=[
        *("domain.terms", "domain.values", "domain.history", "domain.signatures"),
        *("interfaces.files", "interfaces.bridges", "interfaces.measurements"),
        *("interfaces.backtest", "interfaces.verifier", "interfaces.documents"),
        *("interfaces.identity", "ruamel.yaml", "pyhanko.pdf_utils"),
    ],
    enable_loader_override=False,
):
    from security.fuzzing.mutating import WORDS
    from security.fuzzing.targets import TARGETS

KEPT = Path(__file__).parents[1] / "corpus"


def main() -> None:
    """Fuzz until the time is over or something breaks."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("target", choices=sorted(TARGETS))
    asked.add_argument("seconds", type=int)
    asked.add_argument("--found", type=Path, default=Path("build/fuzz"))
    told = asked.parse_args()
    target = TARGETS[told.target]
    found = told.found / target.name
    found.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="parley-fuzz-") as corpus:
        for number, seed in enumerate(target.seeds()):
            (Path(corpus) / f"seed-{number}").write_bytes(seed)
        for kept in (KEPT / target.name).glob("*"):
            (Path(corpus) / kept.name).write_bytes(kept.read_bytes())
        words = Path(corpus).with_suffix(".words")
        words.write_text("".join(f'"{_written(word)}"\n' for word in WORDS))
        atheris.Setup(
            [
                sys.argv[0],
                corpus,
                f"-dict={words}",
                f"-artifact_prefix={found}/",
                f"-max_total_time={told.seconds}",
                "-max_len=65536",
                "-timeout=60",
                "-rss_limit_mb=3000",
                "-print_final_stats=1",
            ],
            target.run,
        )
        atheris.Fuzz()


def _written(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word[:64])


if __name__ == "__main__":
    main()
