"""The redline of the two example agreements, word for word as it was approved.

After a change that is meant, run this file with ``PYTHONPATH=src:tests``: it writes the text anew.
Read what changed before it is committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from domain.terms.redline import Change, Segment
from interfaces.redlines.pdf import pdf
from paper import letters_of, squeezed
from redlines import example_redline

GOLDEN: Final = Path(__file__).parent / "golden" / "aws-ec2-region.txt"
SIGNS: Final = {Change.SAME: "{}", Change.REMOVED: "[-{}-]", Change.ADDED: "[+{}+]"}


def marked(segments: tuple[Segment, ...]) -> str:
    return "".join(SIGNS[part.change].format(part.text) for part in segments)


def said() -> Iterator[str]:
    document = example_redline().document
    yield document.title
    yield f"{document.before}\n{document.after}\n"
    yield from (str(one) for one in document.differences)
    yield ""
    for paragraph in document.paragraphs:
        yield f"{paragraph.number:6}{marked(paragraph.segments)}".rstrip()
        yield from (f"      ({note})" for note in paragraph.notes)


def test_the_redline_of_the_examples_is_as_it_was_approved() -> None:
    assert "\n".join(said()) + "\n" == GOLDEN.read_text()


def test_every_paragraph_of_it_is_in_print_as_it_stands() -> None:
    letters = letters_of(pdf(example_redline()))
    for paragraph in example_redline().document.paragraphs:
        assert squeezed("".join(part.text for part in paragraph.segments)) in letters


if __name__ == "__main__":
    GOLDEN.write_text("\n".join(said()) + "\n")
