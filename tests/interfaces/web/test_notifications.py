"""Notifications: what somebody was told on behalf of their party, and what they have read."""

from __future__ import annotations

from http_cast import Cast, open_negotiation
from web_world import WebWorld


def test_somebody_is_told_and_marks_it_read(pages: WebWorld, cast: Cast) -> None:
    open_negotiation(cast)
    pages.settle()
    visitor = pages.as_("provider-negotiator")
    shown = visitor.get("/notifications")
    assert "A negotiation was opened" in shown.part("notifications")
    [first, *_] = [name for name in shown.forms if name.startswith("read-notice-")]
    after = shown.submit(first)
    assert first not in after.forms
    everything = after.submit("read-all") if "read-all" in after.forms else after
    assert "0 unread" in everything.text
    assert "Nothing here" in visitor.get("/notifications?unread=yes").part("notifications")


def test_each_person_has_their_own(pages: WebWorld, cast: Cast) -> None:
    open_negotiation(cast)
    pages.settle()
    assert (
        "A negotiation was opened" not in pages.as_("client-negotiator").get("/notifications").text
    )
    assert pages.as_("somebody-new").get("/notifications").status == 404
