"""The table of addresses and what `allow_private` opens: PROMISES 4."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.fetch.client import Fetcher, FetchLimits
from monitor.fetch.guard import denied, read_allowed, refusal, unwrapped

NOBODY = read_allowed(())

DENIED = {
    "0.0.0.0": "unspecified",
    "10.255.0.1": "private",
    "100.64.0.1": "carrier-grade NAT",
    "100.100.100.200": "carrier-grade NAT",
    "127.8.8.8": "loopback",
    "168.63.129.16": "cloud metadata",
    "169.254.169.254": "link-local",
    "172.31.255.255": "private",
    "192.0.0.192": "protocol assignments",
    "192.0.2.1": "documentation",
    "192.31.196.1": "protocol assignments",
    "192.52.193.1": "protocol assignments",
    "192.88.99.2": "6to4 relay",
    "192.168.0.1": "private",
    "192.175.48.6": "protocol assignments",
    "198.19.255.255": "benchmark",
    "198.51.100.7": "documentation",
    "203.0.113.9": "documentation",
    "224.0.0.251": "multicast",
    "255.255.255.255": "reserved",
    "::": "unspecified",
    "::1": "loopback",
    "0:0:0:1::1": "reserved",
    "100::1": "reserved",
    "100:0:0:1::1": "reserved",
    "::ffff:0:1.1.1.1": "reserved",
    "2001:1::1": "protocol assignments",
    "2001:3::1": "protocol assignments",
    "2001:4:112::1": "protocol assignments",
    "2001:10::1": "protocol assignments",
    "2001:30::1": "protocol assignments",
    "2001:1ff:ffff::1": "protocol assignments",
    "2620:4f:8000::1": "protocol assignments",
    "fd20:ce::254": "private",
    "2001:db8::1": "documentation",
    "3fff::1": "documentation",
    "2001:2::1": "benchmark",
    "2001:20::1": "protocol assignments",
    "3ffe::1": "reserved",
    "5f00::1": "reserved",
    "4000::1": "reserved",
    "64:ff9b:1::1": "private",
    "fc00::1": "private",
    "fd00:ec2::254": "private",
    "fe80::1": "link-local",
    "fec0::1": "site-local",
    "ff02::1": "multicast",
}
PUBLIC = [
    "1.1.1.1", "9.255.255.255", "11.0.0.0", "93.184.216.34", "100.63.255.255", "100.128.0.0",
    "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "198.17.255.255",
    "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "2003::1", "3ffd::1",
    "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1", "2606:4700::5efe:1.1.1.1", "2001:200::1",
]  # fmt: skip


@pytest.mark.parametrize(("address", "words"), DENIED.items())
def test_each_kind_of_address_that_is_not_public_is_refused_by_name(
    address: str, words: str
) -> None:
    assert denied(ipaddress.ip_address(address)) == words
    assert words in refusal("a.test", 80, [address], NOBODY)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_open_on_80_and_443_only(address: str) -> None:
    assert refusal("a.test", 80, [address], NOBODY) == ""
    assert refusal("a.test", 443, [address], NOBODY) == ""
    for port in (0, 22, 25, 8080, 65535):
        message = refusal("a.test", port, [address], NOBODY)
        assert f"Port {port}" in message
        assert f'"a.test:{port}"' in message


@settings(max_examples=200, deadline=None)
@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_however_it_is_wrapped(
    address: ipaddress.IPv4Address,
) -> None:
    number = int(address)
    bare = denied(address)
    for wrapped in (
        0xFFFF << 32 | number,
        0x64FF9B << 96 | number,
        0x2002 << 112 | number << 80 | 1,
        0x26064700 << 96 | 0x5EFE << 32 | number,
        0x26064700 << 96 | 0x02005EFE << 32 | number,
        0x2002 << 112 | 0x01010101 << 80 | 0x5EFE << 32 | number,
    ):
        text = str(ipaddress.IPv6Address(wrapped))
        assert bool(refusal("a.test", 80, [text], NOBODY)) == bool(bare)
    teredo_client = 0x20010000 << 96 | 0x01010101 << 64 | (number ^ 0xFFFFFFFF)
    for wrapped in (number | 1 << 1, teredo_client):
        assert refusal("a.test", 80, [str(ipaddress.IPv6Address(wrapped))], NOBODY)


@settings(max_examples=200, deadline=None)
@given(st.ip_addresses())
def test_nothing_the_standard_library_calls_private_is_let_through(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if address.is_private or address.is_loopback or address.is_multicast or address.is_link_local:
        carried = unwrapped(str(address))
        assert carried != [address] or denied(address)


ALLOWED = [
    ("127.0.0.0/8", "localhost", 8080, "127.0.0.1", True),
    ("127.0.0.0/8", "a.test", 80, "::ffff:127.0.0.1", True),
    ("127.0.0.0/8", "a.test", 80, "128.0.0.1", True),
    ("127.0.0.0/8", "a.test", 8080, "128.0.0.1", False),
    ("127.0.0.0/8", "a.test", 80, "10.0.0.1", False),
    ("10.1.2.3", "a.test", 9000, "10.1.2.3", True),
    ("10.1.2.3", "a.test", 80, "10.1.2.4", False),
    ("10.1.2.3:9000", "a.test", 9000, "10.1.2.3", True),
    ("10.1.2.3:9000", "a.test", 9001, "10.1.2.3", False),
    ("::1", "a.test", 80, "::1", True),
    ("[::1]:8080", "a.test", 8080, "::1", True),
    ("[::1]:8080", "a.test", 80, "::1", False),
    ("fc00::/7", "a.test", 80, "fd00::1", True),
    ("feeds.internal", "feeds.internal", 8080, "10.0.0.1", True),
    ("Feeds.Internal.", "feeds.internal", 80, "10.0.0.1", True),
    ("feeds.internal", "feeds.internal.", 80, "10.0.0.1", True),
    ("feeds.internal", "x.feeds.internal", 80, "10.0.0.1", False),
    ("feeds.internal", "internal", 80, "10.0.0.1", False),
    ("bücher.test", "xn--bcher-kva.test", 80, "10.0.0.1", True),
    ("feeds.example:8080", "feeds.example", 8080, "93.184.216.34", True),
    ("feeds.example:8080", "feeds.example", 8443, "93.184.216.34", False),
    ("feeds.example:8080", "other.example", 8080, "93.184.216.34", False),
    ("0.0.0.0/0", "a.test", 22, "127.0.0.1", True),
]


@pytest.mark.parametrize(("entry", "host", "port", "address", "open_"), ALLOWED)
def test_allow_private_opens_exactly_what_it_names(
    entry: str, host: str, port: int, address: str, open_: bool
) -> None:
    assert (refusal(host, port, [address], read_allowed((entry,))) == "") is open_


@pytest.mark.parametrize(
    "entry",
    ["", "http://a.test", "a b", "10.0.0.0/33", "a.test:0", "a.test:99999", "a@b", "*.a.test/x"],
)
def test_allow_private_entry_that_is_none_is_refused_with_examples(entry: str) -> None:
    with pytest.raises(UsageError, match=r"allow_private.*write for example"):
        Fetcher(FetchLimits(allow_private=(entry,)), "0.1")
