"""What is read out as it moves: a sentence, with the names a visitor knows, and nothing private."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import pytest

from agreements import simple_terms
from domain.values.sides import Side
from http_answers import done
from http_cast import Cast, offer, open_negotiation, path_of
from isolation.hearing import hear
from web_world import ORIGIN, WebWorld

OFFERED = "made an offer, firm"
AFTERWARDS = "We shall look at it on Monday"
SECRET = "We could go to 99.7 if they ask"


@dataclass(frozen=True)
class Moved:
    """A relationship in which a side wrote a note, then made an offer, and the other commented."""

    pages: WebWorld
    cast: Cast
    negotiation: str

    def told(
        self, subject: str, below: str | None = None, until: str = OFFERED
    ) -> list[dict[str, Any]]:
        """Return everything a live stream tells somebody, from the first fact to the offer."""
        visitor = self.pages.as_(subject)
        cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        headers = {"Cookie": cookies, "Last-Event-ID": "0"}
        path = self.cast.path.removeprefix("/v1") if below is None else below
        request = httpx.Request("GET", f"{ORIGIN}{path}/follow", headers=headers)
        heard = self.pages.world.portal.call(partial(hear, self.pages.app, request, until))
        return [json.loads(data) for data in re.findall(r"^data: (.*)$", heard.text, re.MULTILINE)]


@pytest.fixture(scope="module")
def moved(pages: WebWorld, cast: Cast) -> Moved:
    """Lend a relationship in which something private and something shared was recorded."""
    negotiation = open_negotiation(cast)["id"]
    notes = f"{path_of(negotiation)}/position/notes"
    done(cast.provider["negotiator"].post(notes, {"text": SECRET}, if_match="*"), 201)
    offer(cast, Side.PROVIDER, negotiation, simple_terms())
    comment = {"text": AFTERWARDS}
    client = cast.client["negotiator"]
    done(client.post(f"{path_of(negotiation)}/comments", comment, if_match="*"), 201)
    pages.settle()
    return Moved(pages, cast, negotiation)


def said(told: list[dict[str, Any]]) -> str:
    return "\n".join(str(one["said"]) for one in told if one["said"])


def test_what_somebody_does_is_read_out_by_their_name(moved: Moved) -> None:
    told = said(moved.told("client-negotiator"))
    assert f"Provider Negotiator of Provider {OFFERED}" in told
    assert f"Provider Negotiator {OFFERED}" in said(moved.told("provider-legal"))


def test_the_inbox_reads_out_the_same(moved: Moved) -> None:
    told = moved.told("client-negotiator", below="")
    assert f"Provider Negotiator of Provider {OFFERED}" in said(told)


@pytest.mark.parametrize("below", [None, ""], ids=["relationship", "inbox"])
def test_what_is_a_sides_own_is_read_out_to_that_side_alone(
    moved: Moved, below: str | None
) -> None:
    assert SECRET in said(moved.told("provider-legal", below))
    for subject in ("client-negotiator", "auditor-auditor"):
        told = moved.told(subject, below)
        assert OFFERED in said(told), subject
        assert SECRET not in json.dumps(told)
        assert not any("position-provider" in one["stream"] for one in told)


def test_one_s_own_doing_is_not_read_out(moved: Moved) -> None:
    told = said(moved.told("provider-negotiator", until=AFTERWARDS))
    assert AFTERWARDS in told  # which the other side said after the offer was made
    assert OFFERED not in told
