from typing import Any

import pytest

from domain.parties.facts import Role
from http_answers import Json
from http_cast import Organisation, appointment, key_of, registration
from http_world import Cast, World, done, problem

NOBODY = "person-00000000000000000000000000"
NO_PARTY = "/parties/party-00000000000000000000000000"
BECAUSE = {"because": "their task is done"}
TEN_THOUSAND = {"amount": "10000.00", "currency": "EUR"}


def shown(organisation: Organisation) -> Json:
    return done(organisation["administrator"].get(organisation.path))


def roles_of(party: Json, person: str) -> list[str]:
    found = [one["roles"] for one in party["representatives"] if one["person"] == person]
    assert len(found) == 1
    return list(found[0])


class TestWhoAmI:
    def test_somebody_who_just_signed_in_is_nobody_yet(self, world: World) -> None:
        me = done(world.as_("ada").get("/me"))
        assert (me["person"], me["party"], me["roles"]) == (None, None, [])
        assert me["identity"].startswith("identity-")

    def test_a_representative_has_a_party_and_roles(self, provider: Organisation) -> None:
        me = done(provider["negotiator"].get("/me"))
        assert me["party"] == provider.id
        assert me["person"] == provider.persons["negotiator"]
        assert me["roles"] == ["negotiator"]

    def test_nobody_is_told_without_a_token(self, world: World) -> None:
        problem(world.send("GET", "/me"), 401, "token-invalid")


class TestRegistration:
    def test_whoever_registers_a_party_is_its_first_administrator(self, world: World) -> None:
        answer = world.as_("ada").post("/parties", registration("Northwind"))
        party = done(answer, 201)
        me = done(world.as_("ada").get("/me"))
        assert me["party"] == party["id"]
        assert me["roles"] == ["administrator"]
        assert party["representatives"] == [
            {
                "person": me["person"],
                "name": "Ada Lind",
                "email": "ada@northwind.example",
                "function": "director",
                "roles": ["administrator"],
            }
        ]
        assert answer.headers["Location"] == f"/v1/parties/{party['id']}"
        assert answer.headers["ETag"] == f'"{party["version"]}"'

    def test_the_same_request_again_registers_nothing_again(self, world: World) -> None:
        ada = world.as_("ada")
        first = done(ada.post("/parties", registration("Northwind"), key="once"), 201)
        assert done(ada.post("/parties", registration("Northwind"), key="once"), 201) == first
        changed = ada.post("/parties", registration("Southwind"), key="once")
        problem(changed, 422, "idempotency-key-reused")

    def test_nobody_represents_two_parties(self, provider: Organisation) -> None:
        for role in ("administrator", "negotiator", "newcomer"):
            again = provider[role].post("/parties", registration("Southwind"))
            problem(again, 409, "identity-taken")

    def test_registering_takes_a_key(self, world: World) -> None:
        keyless = world.as_("ada").post("/parties", registration("Northwind"), key=None)
        problem(keyless, 422, "bad-shape")

    @pytest.mark.parametrize(
        ("place", "change"),
        [
            ("body/name", {"name": "  "}),
            ("body/name", {"name": "North\x00wind"}),
            ("body/name", {"name": "N" * 201}),
            ("body/country", {"country": "Germany"}),
            ("body/zone", {"zone": "Europe/Atlantis"}),
            ("body/parent", {"parent": "Holding"}),
            ("body/you", {"you": "Ada"}),
        ],
    )
    def test_a_misshapen_registration_is_told_where(
        self, world: World, place: str, change: Json
    ) -> None:
        asked = {**registration("Northwind"), **change}
        found = problem(world.as_("ada").post("/parties", asked), 422, "bad-shape")
        assert found["place"] == place

    def test_an_address_that_is_none_is_refused(self, world: World) -> None:
        asked = registration("Northwind", email="ada at northwind")
        found = problem(world.as_("ada").post("/parties", asked), 422, "bad-shape")
        assert found["place"] == "body/you/email"


class TestReading:
    def test_every_representative_sees_their_own_party_whole(self, provider: Organisation) -> None:
        whole = shown(provider)
        assert done(provider["newcomer"].get(provider.path)) == whole
        assert whole["seen_as"] == "own"
        assert whole["representatives"][0]["email"] == "ada@northwind.example"
        assert whole["mandates"][0]["up_to"] == {"amount": "1000000.00", "currency": "EUR"}

    def test_the_answer_has_its_version(self, provider: Organisation) -> None:
        answer = provider["legal"].get(provider.path)
        assert answer.headers["ETag"] == f'"{done(answer)["version"]}"'

    def test_strangers_learn_nothing(self, world: World, provider: Organisation) -> None:
        world.as_("bo").post("/parties", registration("Southwind"))
        for subject in ("somebody", "bo"):
            problem(world.as_(subject).get(provider.path), 404, "not-found")
            problem(world.as_(subject).get(NO_PARTY), 404, "not-found")

    def test_an_id_of_another_shape_is_told_so(self, provider: Organisation) -> None:
        problem(provider["legal"].get("/parties/Northwind"), 422, "bad-shape")

    def test_those_in_a_relationship_see_who_signs_but_no_address_and_no_limit(
        self, cast: Cast
    ) -> None:
        card = done(cast.client["negotiator"].get(cast.provider.path))
        whole = shown(cast.provider)
        assert card["seen_as"] == "other"
        assert (card["name"], card["country"]) == ("Provider", "DE")
        assert card["keys"] == whole["keys"]
        assert roles_of(card, cast.provider.persons["signatory"]) == ["signatory"]
        told = str(card)
        assert "@" not in told
        assert "mandates" not in card
        assert "identity" not in told

    def test_an_auditor_and_the_sides_know_each_other(self, cast: Cast) -> None:
        for organisation in (cast.provider, cast.client):
            done(cast.auditor["auditor"].get(organisation.path))
            done(organisation["legal"].get(cast.auditor.path))

    def test_not_once_the_auditor_is_dismissed(self, world: World, cast: Cast) -> None:
        dismissal = f"{cast.path}/auditors/{cast.admission}/dismissal"
        done(cast.client["legal"].post(dismissal, BECAUSE, if_match="*"))
        world.settle()
        problem(cast.auditor["auditor"].get(cast.provider.path), 404, "not-found")
        problem(cast.provider["legal"].get(cast.auditor.path), 404, "not-found")

    def test_who_has_no_role_sees_no_other_party(self, cast: Cast) -> None:
        problem(cast.client["newcomer"].get(cast.provider.path), 403, "role-missing")

    def test_who_audits_needs_the_role_for_it(self, cast: Cast) -> None:
        problem(cast.auditor["legal"].get(cast.provider.path), 404, "not-found")


class TestRepresentatives:
    def test_whoever_is_appointed_signs_in_for_the_party(
        self, world: World, provider: Organisation
    ) -> None:
        path = f"{provider.path}/representatives"
        answer = provider["administrator"].post(path, appointment("cy"), if_match="*")
        person = done(answer, 201)["representatives"][-1]["person"]
        assert answer.headers["Location"] == f"/v1{path}/{person}"
        me = done(world.as_("cy").get("/me"))
        assert (me["party"], me["person"], me["roles"]) == (provider.id, person, [])

    def test_the_same_appointment_again_appoints_nobody_again(self, provider: Organisation) -> None:
        first = provider["administrator"]
        path = f"{provider.path}/representatives"
        once, again = (
            first.post(path, appointment("cy"), if_match=shown_version, key="once")
            for shown_version in [shown(provider)["version"]] * 2
        )
        assert (done(again, 201), again.headers["Location"]) == (
            done(once, 201),
            once.headers["Location"],
        )

    def test_an_identity_represents_one_party_in_one_person(
        self, world: World, provider: Organisation
    ) -> None:
        done(world.as_("bo").post("/parties", registration("Southwind")), 201)
        before = shown(provider)
        for taken in ("bo", "provider-legal"):
            asked = appointment(taken)
            answer = provider["administrator"].post(
                f"{provider.path}/representatives", asked, if_match="*"
            )
            problem(answer, 409, "identity-taken")
        assert shown(provider) == before

    def test_another_issuer_s_subject_is_somebody_else(
        self, world: World, provider: Organisation
    ) -> None:
        asked = appointment("cy")
        asked["identity"]["issuer"] = "https://login.example"
        path = f"{provider.path}/representatives"
        done(provider["administrator"].post(path, asked, if_match="*"), 201)
        assert done(world.as_("cy").get("/me"))["party"] is None

    def test_whoever_is_withdrawn_is_nobody_at_once(
        self, world: World, provider: Organisation
    ) -> None:
        signatory = provider.persons["signatory"]
        path = f"{provider.path}/representatives/{signatory}"
        party = done(provider["administrator"].delete(path, if_match="*"))
        assert signatory not in [one["person"] for one in party["representatives"]]
        assert (party["mandates"], party["keys"]) == ([], [])
        assert done(provider["signatory"].get("/me"))["party"] is None
        problem(provider["signatory"].get(provider.path), 404, "not-found")
        done(world.as_("provider-signatory").post("/parties", registration("Own")), 201)

    def test_a_withdrawal_sent_again_is_answered_alike(self, provider: Organisation) -> None:
        path = f"{provider.path}/representatives/{provider.persons['legal']}"
        first = provider["administrator"]
        once = done(first.delete(path, if_match="*", key="once"))
        assert done(first.delete(path, if_match="*", key="once")) == once
        problem(first.delete(path, if_match="*"), 409, "not-a-representative")

    def test_one_may_withdraw_oneself_but_nobody_else(self, provider: Organisation) -> None:
        people = f"{provider.path}/representatives"
        legal = provider["legal"]
        problem(
            legal.delete(f"{people}/{provider.persons['finance']}", if_match="*"),
            403,
            "role-missing",
        )
        done(legal.delete(f"{people}/{provider.persons['legal']}", if_match="*"))
        assert done(legal.get("/me"))["party"] is None

    def test_the_last_administrator_stays(self, provider: Organisation) -> None:
        first = provider["administrator"]
        path = f"{provider.path}/representatives/{provider.persons['administrator']}"
        problem(first.delete(path, if_match="*"), 409, "last-administrator")
        relieved = first.delete(f"{path}/roles/administrator", if_match="*")
        problem(relieved, 409, "last-administrator")
        assert done(first.get("/me"))["roles"] == ["administrator"]


class TestRoles:
    def test_a_role_is_assigned_and_relieved_at_once(self, provider: Organisation) -> None:
        person = provider.persons["newcomer"]
        path = f"{provider.path}/representatives/{person}/roles/finance"
        first = provider["administrator"]
        assert roles_of(done(first.put(path, if_match="*")), person) == ["finance"]
        assert done(provider["newcomer"].get("/me"))["roles"] == ["finance"]
        assert roles_of(done(first.delete(path, if_match="*")), person) == []
        assert done(provider["newcomer"].get("/me"))["roles"] == []

    def test_a_role_held_already_changes_nothing(self, provider: Organisation) -> None:
        path = f"{provider.path}/representatives/{provider.persons['legal']}/roles/legal"
        before = shown(provider)
        assert done(provider["administrator"].put(path, if_match="*")) == before

    def test_nobody_unknown_gets_a_role(self, provider: Organisation) -> None:
        path = f"{provider.path}/representatives/{NOBODY}/roles/legal"
        answer = provider["administrator"].put(path, if_match="*")
        problem(answer, 409, "not-a-representative")

    @pytest.mark.parametrize(
        "inner", [f"{NOBODY}/roles/king", "Ada/roles/legal", "person-%00/roles/legal"]
    )
    def test_what_is_no_role_and_no_person_is_told_so(
        self, provider: Organisation, inner: str
    ) -> None:
        path = f"{provider.path}/representatives/{inner}"
        problem(provider["administrator"].put(path, if_match="*"), 422, "bad-shape")


class TestVersions:
    def test_a_change_says_which_version_it_was_decided_on(self, provider: Organisation) -> None:
        path = f"{provider.path}/keys"
        legal, version = provider["legal"], shown(provider)["version"]
        problem(legal.post(path, key_of("a")), 428, "version-missing")
        problem(legal.post(path, key_of("a"), if_match="seven"), 422, "version-malformed")
        answer = legal.post(path, key_of("a"), if_match=version)
        assert answer.headers["ETag"] == f'"{version + 1}"'
        late = problem(legal.post(path, key_of("b"), if_match=version), 412, "stale-version")
        assert late["version"] == version + 1
        assert [one["name"] for one in late["meanwhile"]] == ["SigningKeyPinned"]


def changes(provider: Organisation) -> list[tuple[str, str, Json | None]]:
    """Return every change that only an administrator makes, on things that are there."""
    person = f"{provider.path}/representatives/{provider.persons['legal']}"
    (mandate,) = shown(provider)["mandates"]
    granting = {"person": provider.persons["signatory"], "up_to": TEN_THOUSAND}
    return [
        ("POST", f"{provider.path}/representatives", appointment("cy")),
        ("DELETE", person, None),
        ("PUT", f"{person}/roles/finance", None),
        ("DELETE", f"{person}/roles/legal", None),
        ("POST", f"{provider.path}/mandates", granting),
        ("POST", f"{provider.path}/mandates/{mandate['id']}/revocation", BECAUSE),
    ]


def attempt(world: World, subject: str, change: tuple[str, str, Json | None]) -> Any:
    method, path, body = change
    headers = {"If-Match": "*", "Idempotency-Key": world.fresh_key()}
    return world.send(method, path, subject, json=body, headers=headers)


def test_only_administrators_change_who_represents_the_party(
    world: World, provider: Organisation
) -> None:
    before = shown(provider)
    others = [role for role in Role if role not in {Role.ADMINISTRATOR, Role.LEGAL}]
    for change in changes(provider):
        for role in (*others, "newcomer"):
            problem(attempt(world, f"provider-{role}", change), 403, "role-missing")
    assert shown(provider) == before


def test_another_party_s_administrator_is_a_stranger_here(
    world: World, provider: Organisation
) -> None:
    done(world.as_("bo").post("/parties", registration("Southwind")), 201)
    (thumbprint,) = provider.keys
    before = shown(provider)
    keys: list[tuple[str, str, Json | None]] = [
        ("POST", f"{provider.path}/keys", key_of("bo")),
        ("POST", f"{provider.path}/keys/{thumbprint}/revocation", BECAUSE),
    ]
    for change in [*changes(provider), *keys]:
        for subject in ("bo", "somebody"):
            problem(attempt(world, subject, change), 404, "not-found")
    assert shown(provider) == before
