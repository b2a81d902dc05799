"""Requirements and feasibility: the team, what is wanted, what answers it, what one keeps apart."""

from __future__ import annotations

import pytest

from http_answers import done
from http_cast import Cast
from web_world import Sheet, WebWorld

WANTED: dict[str, str] = {
    "subject": "Ordering",
    "indicator": "availability",
    "wanted": "Customers can order at any hour",
    "bound": "at least",
    "value": "99.9",
    "unit": "%",
    "window": "24 x 7",
    "priority": "must",
    "rationale": "An hour of no orders costs 40,000 EUR",
}


@pytest.fixture(scope="module")
def level(pages: WebWorld, cast: Cast) -> str:
    """Let the provider offer a level; return what a form calls it."""
    manager = cast.provider["service-manager"]
    service = {"code": "OM-1", "name": "Order management", "description": "Takes orders"}
    offered = done(manager.post(f"{cast.provider.path}/offerings", service), 201)
    promise = {"bound": "at least", "value": "99.5", "unit": "%"}
    charge = {"amount": "500.00", "currency": "EUR", "every": "month"}
    body = {
        "name": "Silver",
        "indicator": "availability",
        "promise": promise,
        "window": "24 x 7",
        "charge": charge,
    }
    path = f"/parties/{offered['id'].replace('/', '/offerings/')}/levels"
    shown = done(manager.post(path, body, if_match="*"), 201)
    pages.settle()
    return f"{offered['id']} {shown['levels'][0]['id']}"


def sheet(pages: WebWorld, cast: Cast, title: str, value: str = "99.9") -> str:
    """Let the client open a sheet and state one requirement; return its path."""
    client = pages.as_("client-negotiator")
    opened = client.get(f"{cast.path}/requirements").submit("open", title=title, need="to sell")
    assert opened.status == 200, opened.text
    return stated(opened, value).path


def stated(shown: Sheet, value: str) -> Sheet:
    """State a requirement on a sheet."""
    wanted: dict[str, str | list[str]] = {**WANTED, "value": value}
    after = shown.submit("state", having=None, **wanted)
    assert after.status == 200, after.text
    return after


def with_team(pages: WebWorld, cast: Cast, path: str) -> Sheet:
    """Let the provider form its team and appoint its engineer; return the engineer's page."""
    person = cast.provider.persons["requirements-engineer"]
    engineer = pages.as_("provider-requirements-engineer")
    formed = engineer.get(path).submit("team", members=person)
    assert formed.status == 200, formed.text
    return formed.submit("engineer", person=person)


def item(shown: Sheet, deed: str) -> str:
    """Return the name of the form about the one requirement of a sheet."""
    [name] = [one for one in shown.forms if one.startswith(f"{deed}-requirement-")]
    return name


def test_a_sheet_goes_from_a_need_to_a_baseline(pages: WebWorld, cast: Cast, level: str) -> None:
    path = sheet(pages, cast, "Order management")
    client = pages.as_("client-negotiator")
    assert "takes an answer: Ordering" in client.get(path).part("state")
    early = client.get(path).submit("baseline")
    assert early.status == 409
    assert "must-unanswered" in early.text
    shown = with_team(pages, cast, path)
    assert "requirements engineer" in shown.part("team-part")
    assert "(short by 0.4)" in shown.text
    matched = shown.submit(item(shown, "match"), level=level, gap="nights of maintenance")
    assert "Order management, Silver: availability at least 99.5 %" in matched.text
    told = matched.submit(item(matched, "feasible"), conditions="a second site\nfrom May on")
    assert "a second site" in client.get(path).text
    assert told.status == 200
    settled = client.get(path).submit("baseline")
    assert "baseline 1" in settled.part("state")
    pages.settle()
    assert "baseline 1" in client.get(f"{cast.path}/requirements").text
    reopened = settled.submit("reopen", because="they want more")
    assert "open" in reopened.part("state")


def test_what_one_side_found_out_and_noted_stays_its_own(
    pages: WebWorld, cast: Cast, level: str
) -> None:
    path = sheet(pages, cast, "Payments", "99.5")
    shown = with_team(pages, cast, path)
    form = item(shown, "assess")
    prices: dict[str, str | list[str]] = {f"floor/{level}": "432.10", "amount": "450.00"}
    found = shown.submit(form, having=None, currency="EUR", **prices)
    assert "What your side found out" in found.text
    assert "432.10" in found.text
    noted = found.submit("note", text="they will pay 700 if pressed")
    assert "they will pay 700 if pressed" in noted.part("own-part")
    infeasible = noted.submit(
        item(noted, "infeasible"), because="one site only", instead="at least 99.5 %"
    )
    assert infeasible.status == 200
    for subject in ("client-negotiator", "auditor-auditor", "provider-administrator"):
        seen = pages.as_(subject).get(path)
        assert seen.status == 200
        assert "one site only" in seen.text
        for secret in ("432.10", "450.00", "found out</strong>", "if pressed"):
            assert secret not in seen.html, subject
    assert pages.as_("auditor-auditor").get(path).forms.keys() == {"/search", "sign-out"}


def test_a_baseline_is_approved_by_ones_own_people(pages: WebWorld, cast: Cast, level: str) -> None:
    path = sheet(pages, cast, "Returns")
    shown = with_team(pages, cast, path)
    shown.submit(item(shown, "match"), level=level)
    pages.as_("client-negotiator").get(path).submit("baseline")
    asked = pages.as_("provider-negotiator").get(path).submit("request-technical")
    assert "requested" in asked.part("own-part")
    approver = pages.as_("provider-service-manager").get(path)
    bare = approver.submit("approval-technical", answer="refuse")
    assert bare.status == 422
    assert "Fill in the reason" in bare.text
    given = (
        pages.as_("provider-service-manager")
        .get(path)
        .submit("approval-technical", answer="approve")
    )
    assert "given" in given.part("own-part")
    assert "Approvals of baseline" not in pages.as_("client-finance").get(path).text or (
        "given" not in pages.as_("client-finance").get(path).part("own-part")
    )


def test_a_requirement_is_stated_anew_and_withdrawn(pages: WebWorld, cast: Cast) -> None:
    path = sheet(pages, cast, "Stock")
    client = pages.as_("client-negotiator")
    shown = client.get(path)
    half = shown.submit(item(shown, "restate"), value="99,9")
    assert half.status == 422
    assert "Give a number, such as 99.5." in half.text
    assert half.form(item(half, "restate")).fields["value"] == ["99,9"]
    over = client.get(path).submit(item(shown, "restate"), value="101")
    assert over.status == 409
    assert "a percentage lies between 0 and 100" in over.text
    anew = client.get(path).submit(item(shown, "restate"), value="99.95")
    assert "at least 99.95 %" in anew.text
    stale = shown.submit(item(shown, "withdraw"), because="not needed")
    assert stale.status == 412
    assert "Requirement stated" in stale.text
    gone = anew.submit(item(anew, "withdraw"), because="not needed")
    assert "Nothing is stated yet" in gone.text


def test_strangers_find_nothing_and_members_without_the_role_change_nothing(
    pages: WebWorld, cast: Cast
) -> None:
    path = sheet(pages, cast, "Search")
    stranger = pages.as_("somebody-else")
    assert stranger.get(path).status == 404
    assert stranger.get(f"{cast.path}/requirements").status == 404
    assert "state" not in pages.as_("client-finance").get(path).forms
    form = pages.as_("client-negotiator").get(path).form("baseline")
    finance = pages.as_("client-finance")
    form.fields["form_token"] = finance.get(path).form("sign-out").fields["form_token"]
    assert finance.send(form, path, {}).status == 403
