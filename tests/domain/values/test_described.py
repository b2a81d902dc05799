"""What a docstring below a field says is the field's description, where one asks for it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Generic, TypeVar

from pydantic import Field

from domain.terms.agreement import AgreementTerms
from domain.values.described import Described, words_of
from faults.installation import ROOT

T = TypeVar("T")


class Plain(Described):
    first: int
    """What comes first."""

    second: int

    third: int = Field(alias="3rd")
    """What comes third,

    however it is called.
    """


class Heir(Plain):
    second: int
    """What the heir says of it."""

    fourth: int = Field(default=4, description="Said by itself.")
    """Said below."""

    class Nested(Described):
        first: int
        """Of the nested one alone."""


class Listing(Described, Generic[T]):
    items: list[T]
    """What there is."""


class Holder(Described):
    plain: Plain = Field(default_factory=lambda: Plain(first=1, second=2, **{"3rd": 3}))
    """A part with fields of its own."""


def descriptions(model: type[Described], **how: bool) -> dict[str, str | None]:
    properties = model.model_json_schema(**how)["properties"]
    return {name: shown.get("description") for name, shown in properties.items()}


def test_a_field_is_described_by_what_stands_below_it() -> None:
    assert descriptions(Plain) == {
        "first": "What comes first.",
        "second": None,
        "3rd": "What comes third,\n\nhowever it is called.",
    }
    assert descriptions(Plain, by_alias=False)["third"] is not None


def test_an_heir_is_described_as_its_ancestors_unless_it_says_otherwise() -> None:
    said = descriptions(Heir)
    assert (said["first"], said["second"]) == ("What comes first.", "What the heir says of it.")
    assert said["fourth"] == "Said by itself."
    assert words_of(Heir.Nested) == {"first": "Of the nested one alone."}


def test_a_listing_of_something_is_described_as_the_listing() -> None:
    assert descriptions(Listing[int]) == {"items": "What there is."}


def test_a_field_that_refers_to_a_part_is_described_beside_the_part() -> None:
    schema = Holder.model_json_schema()
    assert descriptions(Holder) == {"plain": "A part with fields of its own."}
    assert schema["$defs"]["Plain"]["properties"]["first"]["description"] == "What comes first."


def test_no_source_is_read_until_somebody_asks() -> None:
    program = (
        "import sys, json, linecache, domain.terms.agreement, interfaces.http.schemas.base;"
        "print(json.dumps([name for name in linecache.cache if '/domain/terms/' in name]))"
    )
    read = subprocess.run(  # noqa: S603 - our own interpreter, our own modules
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(ROOT / "src")},
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(read.stdout) == []
    assert words_of(AgreementTerms)["objectives"] == "What is promised."
