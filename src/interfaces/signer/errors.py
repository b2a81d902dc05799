"""When the signer does not sign."""

from __future__ import annotations


class SignerRefuses(Exception):  # noqa: N818 - it is an answer: this is not signed
    """What is asked for would contradict what was signed, or may not last; says why."""


class NotYetDurable(Exception):  # noqa: N818 - it is an answer: not now
    """What was read is not kept everywhere it has to be yet; it is signed later."""
