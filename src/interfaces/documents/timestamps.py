"""Asking a timestamping authority (RFC 3161), and believing it no further than its answer goes."""

from __future__ import annotations

from asyncio import to_thread
from time import monotonic
from typing import Final

import httpx
from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper

KIND: Final = "Content-Type"
GRANTED: Final = "granted"
REPLY: Final = "application/timestamp-reply"
LARGEST: Final = 64 * 1024


class NotStamped(Exception):  # noqa: N818 - it is an answer
    """No timestamp could be had that is worth anything; the message says why."""


class Stamper(TimeStamper):
    """Asks one authority over HTTP, within a time limit.

    An answer about another digest, or to another question (by its nonce), is refused.
    """

    def __init__(self, url: str, patience: float = 10.0) -> None:
        super().__init__()
        self._url = url
        self._patience = patience

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a token over a digest; raises NotStamped."""
        nonce, query = self.request_cms(message_digest, md_algorithm)
        raw = await to_thread(self.ask, query.dump())
        try:
            answer = tsp.TimeStampResp.load(raw, strict=True)
            status = answer["status"]["status"].native
            # Taken before anything in it is looked at: asn1crypto encodes anew, and slowly,
            # whatever was.
            token = answer["time_stamp_token"].dump()
            said = _said(token) if status == GRANTED else None
        except (ValueError, TypeError, KeyError, AttributeError) as problem:
            raise NotStamped(f"the timestamping authority's answer is bad: {problem}") from problem
        if said is None:
            raise NotStamped(f"the timestamping authority refused: {status}")
        if said != (md_algorithm, message_digest, nonce):
            raise NotStamped("the timestamping authority answered another question")
        return AsItCame.of(token)

    def ask(self, query: bytes) -> bytes:
        """Send a request and return the answer; raises NotStamped when none comes in time."""
        headers = {"Content-Type": "application/timestamp-query", "Accept": REPLY}
        end = monotonic() + self._patience
        asked = httpx.Client(timeout=self._patience, trust_env=False)
        try:
            with asked, asked.stream("POST", self._url, content=query, headers=headers) as answer:
                if answer.status_code != httpx.codes.OK or answer.headers.get(KIND) != REPLY:
                    raise NotStamped(f"the timestamping authority said {answer.status_code}")
                return _read(answer, end)
        except httpx.HTTPError as problem:
            raise NotStamped(f"no answer from the timestamping authority: {problem!r}") from problem


class AsItCame(cms.ContentInfo):  # type: ignore[misc] # asn1crypto has no types
    """A token that is written as it was read.

    asn1crypto takes a length that ends in the byte 80 for an indefinite one and then encodes all
    that is inside anew, twice at each level: seconds for one token, and perhaps other bytes.
    """

    _raw = b""

    @classmethod
    def of(cls, token: bytes) -> AsItCame:
        """Return the token."""
        made: AsItCame = cls.load(token)
        made._raw = token
        return made

    def dump(self, force: bool = False) -> bytes:  # noqa: FBT001, FBT002 - the library's signature
        """Return its bytes."""
        del force
        return self._raw


def _read(answer: httpx.Response, end: float) -> bytes:
    """Read an answer that is short and comes in time; a drip of bytes is neither."""
    body = b""
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > LARGEST or monotonic() > end:
            raise NotStamped("the timestamping authority's answer is too long or too slow")
    return body


def _said(token: bytes) -> tuple[str, bytes, int | None]:
    """Return what a token is about: the algorithm, the digest, the nonce."""
    said = cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
    imprint = said["message_imprint"]
    algorithm = imprint["hash_algorithm"]["algorithm"].native
    return algorithm, imprint["hashed_message"].native, said["nonce"].native
