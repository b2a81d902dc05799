from datetime import timedelta
from typing import Any

import pytest

from domain.parties.facts import Role
from http_answers import Json
from http_cast import Organisation, invite, open_negotiation, registration
from http_world import Cast, World, done, problem

NO_RELATIONSHIP = "/relationships/relationship-00000000000000000000000000"
NO_PARTY = "party-00000000000000000000000000"
NO_ADMISSION = "admission-00000000000000000000000000"
NO_KEY = "A" * 43
BECAUSE = {"because": "we chose another"}

Two = tuple[Organisation, Organisation]


@pytest.fixture
def two(world: World) -> Two:
    """Bring on two parties that have nothing to do with each other."""
    provider, client = Organisation(world, "provider"), Organisation(world, "client")
    for organisation in (provider, client):
        organisation.appear()
    return provider, client


def at(relationship: Json) -> str:
    return f"/relationships/{relationship['id']}"


def join(organisation: Organisation, relationship: Json, **change: Any) -> Any:
    asked = {"their_keys": relationship["keys"]["provider"], **change}
    return organisation["negotiator"].post(f"{at(relationship)}/joining", asked, if_match="*")


class TestInvitation:
    def test_both_sides_see_it_from_the_invitation_on(self, two: Two) -> None:
        provider, client = two
        invited = invite(provider, client)
        assert (invited["status"], invited["seat"]) == ("invited", "provider")
        assert (invited["provider"], invited["client"]) == (provider.id, client.id)
        assert invited["keys"] == {"provider": provider.keys}
        theirs = client["legal"].get(at(invited))
        assert done(theirs) == {**invited, "seat": "client"}
        assert theirs.headers["ETag"] == f'"{invited["version"]}"'

    def test_it_introduces_the_inviting_side_only(self, world: World, two: Two) -> None:
        provider, client = two
        invited = invite(provider, client)
        world.settle()
        assert done(client["legal"].get(provider.path))["seen_as"] == "other"
        problem(provider["legal"].get(client.path), 404, "not-found")
        done(join(client, invited))
        world.settle()
        assert done(provider["legal"].get(client.path))["seen_as"] == "other"

    def test_a_client_may_invite_as_well(self, two: Two) -> None:
        provider, client = two
        asked = {"other": provider.id, "our_side": "client", "purpose": "hosting"}
        answer = client["administrator"].post("/relationships", asked)
        invited = done(answer, 201)
        assert (invited["client"], invited["invited_by"]) == (client.id, "client")
        assert answer.headers["Location"] == f"/v1{at(invited)}"

    def test_the_same_invitation_again_invites_once(self, world: World, two: Two) -> None:
        provider, client = two
        asked = {"other": client.id, "our_side": "provider", "purpose": "hosting"}
        negotiator = provider["negotiator"]
        once = done(negotiator.post("/relationships", asked, key="once"), 201)
        assert done(negotiator.post("/relationships", asked, key="once"), 201) == once
        world.settle()
        assert len(done(negotiator.get("/relationships"))["items"]) == 1

    def test_those_invited_see_who_invites(self, world: World, two: Two) -> None:
        provider, client = two
        problem(client["legal"].get(provider.path), 404, "not-found")
        invited = invite(provider, client)
        world.settle()
        assert done(client["legal"].get(provider.path))["name"] == "Provider"
        declined = client["negotiator"].post(f"{at(invited)}/declining", BECAUSE, if_match="*")
        done(declined)
        problem(client["legal"].get(provider.path), 404, "not-found")
        problem(provider["legal"].get(client.path), 404, "not-found")

    def test_only_who_leads_invites(self, two: Two) -> None:
        provider, client = two
        asked = {"other": client.id, "our_side": "provider", "purpose": "hosting"}
        for role in [*(set(Role) - {Role.ADMINISTRATOR, Role.NEGOTIATOR}), "newcomer"]:
            problem(provider[role].post("/relationships", asked), 403, "role-missing")

    def test_nobody_invites_for_no_party(self, world: World, two: Two) -> None:
        asked = {"other": two[1].id, "our_side": "provider", "purpose": "hosting"}
        problem(world.as_("somebody").post("/relationships", asked), 404, "not-found")

    def test_nobody_is_invited_who_is_not_there(self, two: Two) -> None:
        asked = {"other": NO_PARTY, "our_side": "provider", "purpose": "hosting"}
        problem(two[0]["negotiator"].post("/relationships", asked), 404, "not-found")

    def test_nobody_invites_oneself(self, two: Two) -> None:
        asked = {"other": two[0].id, "our_side": "provider", "purpose": "hosting"}
        problem(two[0]["negotiator"].post("/relationships", asked), 409, "same-party")

    def test_nobody_invites_without_a_key(self, world: World, two: Two) -> None:
        done(world.as_("bo").post("/parties", registration("Southwind")), 201)
        asked = {"other": two[0].id, "our_side": "client", "purpose": "hosting"}
        problem(world.as_("bo").post("/relationships", asked), 409, "no-keys")

    @pytest.mark.parametrize(
        "change",
        [
            {"other": "Alpine Retail"},
            {"our_side": "auditor"},
            {"purpose": ""},
            {"answer_by": "tomorrow"},
            {"answer_by": 1767225600},
            {"urgent": True},
        ],
    )
    def test_a_misshapen_invitation_is_refused(self, two: Two, change: Json) -> None:
        asked = {"other": two[1].id, "our_side": "provider", "purpose": "hosting", **change}
        problem(two[0]["negotiator"].post("/relationships", asked), 422, "bad-shape")

    def test_it_lapses_unless_answered_in_time(self, world: World, two: Two) -> None:
        provider, client = two
        until = world.clock.now() + timedelta(days=7)
        asked = {
            "other": client.id,
            "our_side": "provider",
            "purpose": "hosting",
            "answer_by": until.isoformat(),
        }
        invited = done(provider["negotiator"].post("/relationships", asked), 201)
        world.clock.time = until
        problem(join(client, invited), 409, "invitation-lapsed")
        assert world.tick() == 1
        assert done(client["negotiator"].get(at(invited)))["status"] == "over"
        problem(join(client, invited), 409, "invitation-over")

    def test_it_leaves_time_to_answer(self, world: World, two: Two) -> None:
        asked = {
            "other": two[1].id,
            "our_side": "provider",
            "purpose": "hosting",
            "answer_by": world.clock.now().isoformat(),
        }
        problem(two[0]["negotiator"].post("/relationships", asked), 409, "answer-by-past")


class TestAnswers:
    def test_joining_pins_both_sides_keys(self, two: Two) -> None:
        provider, client = two
        joined = done(join(client, invite(provider, client)))
        assert (joined["status"], joined["seat"]) == ("joined", "client")
        assert joined["keys"] == {"provider": provider.keys, "client": client.keys}
        assert done(provider["negotiator"].get(at(joined))) == {**joined, "seat": "provider"}

    def test_whoever_joins_names_the_keys_they_were_invited_with(self, two: Two) -> None:
        provider, client = two
        invited = invite(provider, client)
        problem(join(client, invited, their_keys=[NO_KEY]), 409, "keys-differ")
        problem(join(client, invited, their_keys=[]), 409, "keys-differ")
        problem(join(client, invited, their_keys=["key"]), 422, "bad-shape")

    def test_the_invited_side_answers_and_the_inviting_side_withdraws(self, two: Two) -> None:
        provider, client = two
        invited = invite(provider, client)
        path = at(invited)
        ours, theirs = provider["negotiator"], client["negotiator"]
        problem(join(provider, invited), 409, "own-invitation")
        problem(ours.post(f"{path}/declining", BECAUSE, if_match="*"), 409, "own-invitation")
        problem(
            theirs.post(f"{path}/withdrawal", BECAUSE, if_match="*"), 409, "not-your-invitation"
        )
        over = done(ours.post(f"{path}/withdrawal", BECAUSE, if_match="*"))
        assert over["status"] == "over"
        problem(join(client, invited), 409, "invitation-over")

    def test_declining_takes_a_reason(self, two: Two) -> None:
        path = f"{at(invite(*two))}/declining"
        negotiator = two[1]["negotiator"]
        problem(negotiator.post(path, {"because": " "}, if_match="*"), 422, "bad-shape")
        assert done(negotiator.post(path, BECAUSE, if_match="*"))["status"] == "over"

    def test_an_answer_says_which_version_it_was_decided_on(self, two: Two) -> None:
        provider, client = two
        invited = invite(provider, client)
        path, asked = f"{at(invited)}/joining", {"their_keys": provider.keys}
        negotiator, version = client["negotiator"], invited["version"]
        problem(negotiator.post(path, asked), 428, "version-missing")
        problem(negotiator.post(path, asked, if_match="*", key=None), 422, "bad-shape")
        answer = negotiator.post(path, asked, if_match=version, key="once")
        assert answer.headers["ETag"] == f'"{version + 1}"'
        again = negotiator.post(path, asked, if_match=version, key="once")
        assert done(again) == done(answer)
        late = problem(negotiator.post(path, asked, if_match=version), 412, "stale-version")
        assert [one["name"] for one in late["meanwhile"]] == ["RelationshipJoined"]
        problem(negotiator.post(path, asked, if_match="*"), 409, "already-joined")


class TestAuditors:
    def admit(self, cast: Cast, by: str = "provider", **change: Any) -> Any:
        asked = {"auditor": cast.auditor.id, **change}
        path = f"{cast.path}/auditors"
        return cast.on(by)["legal"].post(path, asked, if_match="*")

    def test_an_auditor_sees_the_relationship_while_admitted(self, cast: Cast) -> None:
        auditor = cast.auditor["auditor"]
        seen = done(auditor.get(cast.path))
        assert (seen["status"], seen["seat"]) == ("joined", "auditor")
        assert [one["id"] for one in seen["admissions"]] == [cast.admission]
        path = f"{cast.path}/auditors/{cast.admission}/dismissal"
        done(cast.client["legal"].post(path, BECAUSE, if_match="*"))
        problem(auditor.get(cast.path), 404, "not-found")

    def test_what_an_auditor_reads_is_on_record(self, world: World, cast: Cast) -> None:
        done(cast.auditor["auditor"].get(cast.path))
        world.settle()
        trail = done(
            cast.provider["legal"].get(f"{cast.path}/audit-trail", name="RecordsInspected")
        )
        assert [one["fact"]["what"] for one in trail["items"]] == [cast.relationship]

    def test_an_admission_ends_by_itself(self, world: World, cast: Cast) -> None:
        path = f"{cast.path}/auditors/{cast.admission}/dismissal"
        done(cast.client["legal"].post(path, BECAUSE, if_match="*"))
        until = world.clock.now() + timedelta(days=1)
        done(self.admit(cast, until=until.isoformat()), 201)
        done(cast.auditor["auditor"].get(cast.path))
        world.clock.time = until
        problem(cast.auditor["auditor"].get(cast.path), 404, "not-found")

    def test_an_auditor_sees_the_streams_it_is_admitted_to(self, cast: Cast) -> None:
        first, second = (open_negotiation(cast)["id"] for _ in range(2))
        dismissal = f"{cast.path}/auditors/{cast.admission}/dismissal"
        done(cast.client["legal"].post(dismissal, BECAUSE, if_match="*"))
        admitted = done(self.admit(cast, streams=[first], own_private_side=True), 201)
        assert admitted["admissions"][0]["streams"] == [first]
        assert admitted["admissions"][0]["private_side"] == "provider"
        auditor = cast.auditor["auditor"]
        done(auditor.get(cast.path))
        one, other = (f"{cast.path}/negotiations/{x.split('/')[1]}" for x in (first, second))
        done(auditor.get(one))
        problem(auditor.get(other), 404, "not-found")

    def test_only_to_what_is_there_and_shared(self, world: World, cast: Cast) -> None:
        other = world.cast("other-")
        elsewhere = open_negotiation(other)["id"]
        unknown = f"{cast.relationship}/contract-00000000000000000000000000"
        for stream in (elsewhere, unknown):
            found = problem(self.admit(cast, streams=[stream]), 409, "unknown-stream")
            assert found["place"] == "streams"
        private = f"{open_negotiation(cast)['id']}/position-client"
        problem(self.admit(cast, streams=[private]), 422, "bad-shape")
        problem(self.admit(cast, streams=[]), 409, "nothing-to-audit")

    def test_an_auditor_is_a_third_party_that_is_there(self, world: World, cast: Cast) -> None:
        problem(self.admit(cast, auditor=cast.client.id), 409, "auditor-is-a-side")
        problem(self.admit(cast, auditor=NO_PARTY), 404, "not-found")
        past = world.clock.now().isoformat()
        problem(self.admit(cast, until=past), 409, "until-past")

    def test_the_side_that_admitted_dismisses(self, cast: Cast) -> None:
        path = f"{cast.path}/auditors/{cast.admission}/dismissal"
        problem(cast.provider["legal"].post(path, BECAUSE, if_match="*"), 409, "not-your-auditor")
        over = done(cast.client["legal"].post(path, BECAUSE, if_match="*"))
        assert over["admissions"] == []
        assert done(cast.client["legal"].post(path, BECAUSE, if_match="*")) == over

    def test_only_an_admission_that_was_given(self, cast: Cast) -> None:
        auditors, legal = f"{cast.path}/auditors", cast.client["legal"]
        unknown = legal.post(f"{auditors}/{NO_ADMISSION}/dismissal", BECAUSE, if_match="*")
        problem(unknown, 409, "unknown-admission")
        misshapen = legal.post(f"{auditors}/first/dismissal", BECAUSE, if_match="*")
        problem(misshapen, 422, "bad-shape")

    def test_nobody_is_admitted_before_both_have_joined(self, two: Two) -> None:
        path = f"{at(invite(*two))}/auditors"
        asked = {"auditor": NO_PARTY}
        problem(two[0]["legal"].post(path, asked, if_match="*"), 404, "not-found")
        asked = {"auditor": two[1].id}
        problem(two[0]["legal"].post(path, asked, if_match="*"), 409, "not-joined")


class TestEnd:
    def end(self, cast: Cast) -> Any:
        return cast.client["negotiator"].post(f"{cast.path}/end", BECAUSE, if_match="*")

    def test_what_was_shared_stays_readable(self, cast: Cast) -> None:
        ended = done(self.end(cast))
        assert ended["status"] == "ended"
        assert done(self.end(cast)) == ended
        for reader in (cast.provider["legal"], cast.auditor["auditor"]):
            assert done(reader.get(cast.path))["status"] == "ended"
        asked = {"subject": {"kind": "new-agreement"}, "title": "Anew"}
        late = cast.client["negotiator"].post(f"{cast.path}/negotiations", asked)
        problem(late, 409, "relationship-not-open")

    def test_not_while_a_contract_is_running(self, world: World, cast: Cast) -> None:
        deal = world.strike_a_deal(cast, in_force=False)
        assert "pending" in problem(self.end(cast), 409, "contract-running")["detail"]
        contract = done(cast.client["legal"].get(deal.contract_path))
        world.tick_until(contract["begins_at"])
        assert "in-force" in problem(self.end(cast), 409, "contract-running")["detail"]
        world.tick_until(contract["ends_at"])
        assert done(self.end(cast))["status"] == "ended"

    def test_nor_before_both_have_joined(self, two: Two) -> None:
        path = f"{at(invite(*two))}/end"
        problem(two[0]["negotiator"].post(path, BECAUSE, if_match="*"), 409, "not-joined")


class TestListing:
    def test_each_party_finds_its_own_and_those_it_audits(self, cast: Cast) -> None:
        for organisation, role, seat in (
            (cast.provider, "finance", "provider"),
            (cast.client, "finance", "client"),
            (cast.auditor, "auditor", "auditor"),
        ):
            (one,) = done(organisation[role].get("/relationships"))["items"]
            assert (one["id"], one["seat"], one["status"]) == (cast.relationship, seat, "joined")
            whole = done(organisation[role].get(cast.path))
            assert one["version"] == whole["version"]

    def test_an_auditor_finds_it_while_admitted(self, world: World, cast: Cast) -> None:
        assert done(cast.auditor["finance"].get("/relationships"))["items"] == []
        path = f"{cast.path}/auditors/{cast.admission}/dismissal"
        done(cast.client["legal"].post(path, BECAUSE, if_match="*"))
        world.settle()
        assert done(cast.auditor["auditor"].get("/relationships"))["items"] == []

    def test_the_status_moves_for_everybody(self, world: World, cast: Cast) -> None:
        done(cast.client["negotiator"].post(f"{cast.path}/end", BECAUSE, if_match="*"))
        world.settle()
        for reader in (cast.provider["legal"], cast.client["legal"], cast.auditor["auditor"]):
            (one,) = done(reader.get("/relationships"))["items"]
            assert one["status"] == "ended"

    def test_it_comes_in_pages(self, world: World, two: Two) -> None:
        made = [invite(*two)["id"] for _ in range(3)]
        world.settle()
        legal = two[1]["legal"]
        first = done(legal.get("/relationships", limit=2))
        rest = done(legal.get("/relationships", limit=2, after=first["next"]))
        assert [one["id"] for one in first["items"] + rest["items"]] == made
        assert rest["next"] is None

    @pytest.mark.parametrize("cursor", ["page two", "A", "AAAA", "AAoA", "YQ", "YQpiCmM"])
    def test_only_a_page_s_own_cursor_leads_on(self, world: World, cursor: str) -> None:
        answer = world.as_("somebody").get("/relationships", after=cursor)
        problem(answer, 422, "cursor-malformed")

    def test_who_represents_nobody_has_none(self, world: World, two: Two) -> None:
        assert done(world.as_("somebody").get("/relationships"))["items"] == []
        problem(two[0]["newcomer"].get("/relationships"), 403, "role-missing")


def moves(cast: Cast) -> list[tuple[str, Json, set[str]]]:
    """Return every move in a relationship, with the roles that may make it."""
    leads, admits = {"administrator", "negotiator"}, {"administrator", "legal"}
    return [
        ("joining", {"their_keys": [NO_KEY]}, leads),
        ("declining", BECAUSE, leads),
        ("withdrawal", BECAUSE, leads),
        ("end", BECAUSE, leads),
        ("auditors", {"auditor": cast.auditor.id}, admits),
        (f"auditors/{cast.admission}/dismissal", BECAUSE, admits),
    ]


def test_each_move_takes_its_role(cast: Cast) -> None:
    before = done(cast.provider["legal"].get(cast.path))
    for move, body, allowed in moves(cast):
        for role in [*(set(Role) - allowed), "newcomer"]:
            answer = cast.provider[role].post(f"{cast.path}/{move}", body, if_match="*")
            problem(answer, 403, "role-missing")
    assert done(cast.provider["legal"].get(cast.path)) == before


def test_to_strangers_and_auditors_nothing_is_there_to_move(world: World, cast: Cast) -> None:
    done(world.as_("bo").post("/parties", registration("Southwind")), 201)
    strangers = [world.as_("bo"), world.as_("somebody")]
    auditors = [cast.auditor[role] for role in ("administrator", "auditor", "legal")]
    for move, body, _ in moves(cast):
        for caller in strangers + auditors:
            problem(caller.post(f"{cast.path}/{move}", body, if_match="*"), 404, "not-found")
    for caller in (*strangers, cast.auditor["administrator"]):
        problem(caller.get(cast.path), 404, "not-found")
    problem(cast.provider["legal"].get(NO_RELATIONSHIP), 404, "not-found")
    problem(cast.provider["legal"].get("/relationships/ours"), 422, "bad-shape")
    problem(cast.provider["newcomer"].get(cast.path), 403, "role-missing")
