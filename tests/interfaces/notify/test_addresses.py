"""Which addresses may be asked: a table, deny by default."""

from __future__ import annotations

import pytest

from interfaces.notify.addresses import is_public, is_public_or_loopback, parsed

FORBIDDEN = [
    "0.0.0.0",  # noqa: S104 - it is to be refused
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.8.8.8",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "2620:4f:8000::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "223.255.255.255",
    "2001:4860:4860::8888",
    "2606:4700::1111",
    "2a00:1450::1",
]


@pytest.mark.parametrize("address", FORBIDDEN)
def test_what_is_not_everybody_s_is_not_asked(address: str) -> None:
    assert not is_public(parsed(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_everybody_s_is(address: str) -> None:
    assert is_public(parsed(address))


def test_for_development_this_machine_alone_is_added() -> None:
    allowed = [one for one in FORBIDDEN if is_public_or_loopback(parsed(one))]
    assert set(allowed) <= {"127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"}
    assert {"127.0.0.1", "::1"} <= set(allowed)
