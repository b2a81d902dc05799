"""Services: one's own catalogue and those one may look into, levels and dependencies."""

from __future__ import annotations

from http_cast import Cast
from web_world import Sheet, WebWorld


def offered(pages: WebWorld, name: str) -> Sheet:
    """Let the provider offer a service; return its page."""
    sheet = pages.as_("provider-service-manager").get("/services")
    made = sheet.submit("offer", code=name[:3].upper(), name=name, description="It is there")
    assert made.status == 200, made.text
    pages.settle()
    return made


def with_level(sheet: Sheet) -> Sheet:
    """Offer a level of a service."""
    return sheet.submit(
        "level", name="Gold", value="99.9", amount="12000.00", currency="EUR", every="year"
    )


def test_a_service_is_offered_at_a_level_and_partners_see_it(pages: WebWorld, cast: Cast) -> None:
    made = with_level(offered(pages, "Backups"))
    assert "12,000.00 EUR a year" in made.text
    pages.settle()
    partner = pages.as_("client-negotiator")
    listed = partner.get("/services")
    assert "Backups" in listed.text
    assert "availability at least 99.9 %" in listed.text
    seen = partner.get(made.path)
    assert seen.status == 200
    assert "level" not in seen.forms
    assert "offer" not in pages.as_("client-finance").get("/services").forms
    assert pages.as_("somebody-else").get(made.path).status == 404
    assert "Backups" not in pages.as_("auditor-auditor").get("/services").text
    assert pages.as_("auditor-auditor").get(made.path).status == 404
    assert cast.provider.id in made.path


def test_what_does_not_fit_is_said_beside_its_field(pages: WebWorld, cast: Cast) -> None:
    made = offered(pages, "Mailing")
    wrong = made.submit("level", name="Gold", value="much")
    assert wrong.status == 422
    assert "Give a number" in wrong.text
    assert wrong.form("level").fields["name"] == ["Gold"]
    refused = pages.as_("provider-service-manager").get(made.path)
    over = refused.submit("level", name="Gold", value="120")
    assert over.status == 409
    assert cast.provider.id in made.path


def test_dependencies_bound_what_can_be_promised(pages: WebWorld, cast: Cast) -> None:
    made = offered(pages, "Search index")
    half = made.submit("dependency", on="Power", availability="99.0")
    assert "99 %" in half.text or "99.0 %" in half.text
    [again] = [name for name in half.forms if name.startswith("redeclare-")]
    anew = half.submit(again, availability="99.7")
    assert "99.7 %" in anew.text
    stale = half.submit("dependency", on="Water", availability="90")
    assert stale.status == 412
    [drop] = [name for name in anew.forms if name.startswith("drop-")]
    assert "Nothing is declared" in anew.submit(drop).text
    assert cast.provider.id in made.path


def test_a_level_is_withdrawn_and_a_service_retired_with_a_reason(
    pages: WebWorld, cast: Cast
) -> None:
    made = with_level(offered(pages, "Hosting"))
    [withdraw] = [name for name in made.forms if name.startswith("withdraw-")]
    gone = made.submit(withdraw, because="a better one comes")
    assert "No level on offer" in gone.text
    retired = gone.submit("retire", because="nobody wants it")
    assert "retired" in retired.text
    assert "level" not in retired.forms
    assert cast.provider.id in made.path
