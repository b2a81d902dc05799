"""Which addresses of the network may be asked on somebody's behalf: public ones, deny by default.

The tables are those of IANA (special-purpose address registries). They are written out: what the
standard library calls global differs between its versions, and counts multicast in.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address

NOT_PUBLIC: Final = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and where clouds keep their metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
PUBLIC_V6: Final = IPv6Network("2000::/3")
"""All that is given out; mapped, translated, local and multicast addresses lie outside of it."""
NOT_PUBLIC_V6: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address inside, perhaps a private one
        "2620:4f:8000::/48",  # sinks for reverse look-ups of private addresses
        "3fff::/20",  # documentation
    )
)


def is_public(address: Address) -> bool:
    """Tell whether an address is one that anybody on the Internet could ask."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC)
    if address.scope_id is not None:
        return False
    return address in PUBLIC_V6 and not any(address in network for network in NOT_PUBLIC_V6)


def is_public_or_loopback(address: Address) -> bool:
    """Tell the same of an address, or that it is this machine's own: for tests and development."""
    return address.is_loopback or is_public(address)


def parsed(text: str) -> Address:
    """Read an address; raises ValueError for what is none."""
    return ip_address(text)
