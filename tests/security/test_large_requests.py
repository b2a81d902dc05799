"""Whatever size is sent, in whatever form: refused by name, and the memory stays bounded."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from domain.values.sides import Side
from faults.installation import Installation, until
from faults.pair import Pair
from interfaces.http.limits import ANYBODYS, LARGEST_BODY, LARGEST_TOGETHER
from security.honest import at_work
from security.raw import Raw, request

pytestmark = pytest.mark.postgres
MEBIBYTE: Final = 1 << 20
JSON: Final = "application/json"
WITHIN: Final = 3 * LARGEST_TOGETHER
"""What a process may grow by: the bodies, and what is made of them while they are read."""


def resident(pid: int) -> int:
    """Return how many bytes of memory a process has held at most."""
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = (one for one in status.splitlines() if one.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def chunked(path: str, size: int, **headers: str) -> list[bytes]:
    """Return a request that never says how long it is, in pieces."""
    head = request("POST", path, claimed=0, **headers).replace(
        b"Content-Length: 0", b"Transfer-Encoding: chunked"
    )
    piece = b"%x\r\n" % 65_536 + b" " * 65_536 + b"\r\n"
    return [head, *[piece] * (size // 65_536)]


def answered(port: int, pieces: list[bytes]) -> int | None:
    """Send pieces until one is not taken any more; return the status of the answer."""
    with Raw(port) as sent:
        for piece in pieces:
            if not sent.say(piece):
                break
        return sent.status()


def bearer(installation: Installation, subject: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {installation.token(subject)}", "Content_Type": JSON}


def test_a_body_that_does_not_say_its_length_is_refused_at_the_same_size(
    besieged: Installation, inhabitants: Pair
) -> None:
    known = bearer(besieged, inhabitants.lead[Side.PROVIDER])
    assert answered(besieged.port, chunked("/v1/parties", 2 * LARGEST_BODY, **known)) == 413


@pytest.mark.parametrize(
    "path",
    ["/v1/parties", "/v1/relationships/x/contracts/y/objectives/z/measurements", "/sign-in/as"],
)
def test_a_stranger_is_held_no_more_than_little_of(besieged: Installation, path: str) -> None:
    assert answered(besieged.port, chunked(path, 4 * ANYBODYS, Content_Type=JSON)) in {
        401,
        403,
        404,
    }
    forged = {"Authorization": "Bearer not.a.token", "Content_Type": JSON}
    assert answered(besieged.port, chunked(path, 4 * ANYBODYS, **forged)) in {401, 403, 404}


def test_a_file_uploaded_to_a_page_by_a_stranger_is_refused_unread(besieged: Installation) -> None:
    form = "multipart/form-data; boundary=b"
    head, *pieces = chunked("/sign-in/as", 64 * MEBIBYTE, Content_Type=form)
    # It begins like a form, or however much came at once decides which of two things is wrong.
    begun = b'--b\r\nContent-Disposition: form-data; name="who"; filename="who"\r\n\r\n'
    pieces = [head, b"%x\r\n%b\r\n" % (len(begun), begun), *pieces]
    assert answered(besieged.port, pieces) == 401


def test_many_large_bodies_at_once_take_bounded_memory_and_others_work_on(
    besieged: Installation, inhabitants: Pair
) -> None:
    known = bearer(besieged, inhabitants.lead[Side.CLIENT])
    path = f"/v1{inhabitants.path}/contracts/x/objectives/y/measurements"
    (web,) = besieged.web()
    before = resident(web)
    pieces = chunked(path, 31 * MEBIBYTE, **known)[:-1]
    end = b"0\r\n\r\n"
    with at_work(besieged, inhabitants), ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(lambda _: answered(besieged.port, [*pieces, end]), range(12)))
    assert 503 in statuses, "all of them were let in at once"
    assert set(statuses) <= {404, 422, 503}
    assert resident(web) - before < WITHIN


def test_what_is_compressed_is_not_unpacked(besieged: Installation, inhabitants: Pair) -> None:
    known = bearer(besieged, inhabitants.lead[Side.PROVIDER])
    bomb = gzip.compress(b"[" * 100 * MEBIBYTE)
    assert len(bomb) < LARGEST_BODY
    (web,) = besieged.web()
    before = resident(web)
    sent = request("POST", "/v1/terms/check", bomb, Content_Encoding="gzip", **known)
    assert answered(besieged.port, [sent]) == 422
    assert resident(web) - before < 50 * MEBIBYTE


@pytest.mark.parametrize(
    "head",
    [
        b"GET /health/live HTTP/1.1\r\nX: " + b"a" * MEBIBYTE,
        b"GET /health/live HTTP/1.1\r\n" + b"A: b\r\n" * 200_000,
        b"GET /" + b"a" * MEBIBYTE,
    ],
    ids=["one header", "many headers", "a path"],
)
def test_an_endless_head_is_refused(besieged: Installation, head: bytes) -> None:
    assert answered(besieged.port, [head]) in {400, 431, None}
    until("the service answers", besieged.answers)


SMUGGLED: Final = {
    "two lengths": b"POST /v1/parties HTTP/1.1\r\nHost: p\r\nContent-Length: 1\r\n"
    b"Content-Length: 30\r\n\r\n",
    "a length and chunks": b"POST /v1/parties HTTP/1.1\r\nHost: p\r\nContent-Length: 4\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: p\r\n\r\n",
    "a negative length": b"POST /v1/parties HTTP/1.1\r\nHost: p\r\nContent-Length: -1\r\n\r\n",
    "a folded header": b"GET /health/live HTTP/1.1\r\nHost: p\r\nA: b\r\n c\r\n\r\n",
    "a null in a header": b"GET /health/live HTTP/1.1\r\nHost: p\r\nA: \x00\r\n\r\n",
    "no host": b"GET /health/live HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /health/live HTTP/1.1\r\nHost: p\r\nHost: q\r\n\r\n",
}


@pytest.mark.parametrize("words", SMUGGLED.values(), ids=SMUGGLED.keys())
def test_what_could_be_read_in_two_ways_is_one_answer_and_an_end(
    besieged: Installation, words: bytes
) -> None:
    with Raw(besieged.port) as sent:
        sent.say(words)
        heard = b""
        look: Callable[[], bytes] = sent.heard
        while more := look():
            heard += more
            if b"smuggled" in words and heard.count(b"HTTP/1.1 ") > 1:
                break
    assert heard.count(b"HTTP/1.1 ") <= 1
    assert b" 200 OK" not in heard


def test_a_request_of_the_first_version_needs_no_host(besieged: Installation) -> None:
    assert answered(besieged.port, [b"GET /health/live HTTP/1.0\r\n\r\n"]) == 200
