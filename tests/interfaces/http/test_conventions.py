from http_world import World, problem

RELATIONSHIP = "/relationships/relationship-00000000000000000000000000"


def test_nobody_is_answered_without_a_token(world: World) -> None:
    problem(world.send("GET", f"{RELATIONSHIP}/negotiations"), 401, "token-invalid")


def test_a_stranger_learns_nothing(world: World) -> None:
    problem(world.as_("a-stranger").get(f"{RELATIONSHIP}/negotiations"), 404, "not-found")


def test_an_id_of_another_shape_is_a_bad_request(world: World) -> None:
    problem(world.as_("a-stranger").get("/relationships/no-id/contracts"), 422, "bad-shape")


def test_a_filter_that_could_be_nothing_s_name_is_a_bad_request(world: World) -> None:
    for filtered in ({"stream": "a\x00b"}, {"name": "a\x00b"}, {"name": ""}):
        answer = world.as_("a-stranger").get(f"{RELATIONSHIP}/audit-trail", **filtered)
        problem(answer, 422, "bad-shape")
