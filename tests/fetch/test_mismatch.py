"""Addresses two parsers read differently: refused, or read as every other parser reads them.

PROMISES 4 (parser-mismatch URLs) and bad input 29.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import idna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.fetch.addresses import port_of, read_url, shown
from monitor.fetch.client import Fetcher, FetchLimits
from monitor.fetch.failures import Stop
from monitor.model.fetch import Fetched, FetchFailure, FetchRequest
from tests.fetch.server import FEED, LOOPBACK, TLS, Server, answer, running

REFUSED = [
    # backslashes
    r"http://127.0.0.1\@public.example/", r"http://public.example\@127.0.0.1/",
    r"http://public.example\127.0.0.1/", "http:\\\\public.example\\", r"http:/\public.example/",
    r"http:\/public.example/", r"http://public.example/\127.0.0.1/", r"http://public.example?\@a/",
    # too few or too many slashes
    "http:/public.example/", "http:///public.example/", "http:////public.example/",
    "http:public.example", "http:public.example/feed", "//public.example/", "/public.example",
    "public.example", "public.example:80", "http//public.example/", "http:://public.example/",
    # user info, and an @ that could be one
    "http://user@public.example/", "http://user:pw@public.example/", "http://:@public.example/",
    "http://@public.example/", "http://@@public.example/", "http://a@127.0.0.1@public.example/",
    "http://public.example#@127.0.0.1/", "http://public.example?@127.0.0.1/",
    "http://public.example;@127.0.0.1/", "http://public.example&@127.0.0.1/",
    "http://[::1]@public.example/", "http://public.example@[::1]/", "http://public.example:80@127.1/",
    # encoded delimiters in the host
    "http://public.example%40127.0.0.1/", "http://public.example%4080/",
    "http://127.0.0.1%2f@public.example/", "http://public.example%2f127.0.0.1/",
    "http://public.example%5c127.0.0.1/", "http://public.example%23@127.0.0.1/",
    "http://public.example%3f@127.0.0.1/", "http://public%00.example/", "http://public%0a.example/",
    "http://public%20.example/", "http://%31%32%37.0.0.1/", "http://127%2e0%2e0%2e1/",
    "http://public%e3%80%82example/", "http://[::ffff:127.0.0.1%2f]/",
    # characters no name has
    "http://public.example;.127.0.0.1/", "http://public.example,127.0.0.1/",
    "http://public.example|127.0.0.1/", "http://public.example^127.0.0.1/",
    "http://public.example`127.0.0.1/", "http://public.example{127.0.0.1}/", "http://<public.example>/",
    'http://"public.example"/', "http://'public.example'/", "http://$public.example/",
    "http://*.public.example/", "http://public.example=127.0.0.1/", "http://+public.example/",
    "http://-public.example/", "http://public..example/", "http://.public.example/",
    "http://public.example../", "http://./", "http://../", "http://" + "a" * 64 + ".example/",
    # tabs, line ends, blanks, other separators
    "http://pub\tlic.example/", "http://public.example\t/", "ht\ntp://public.example/",
    "http://pub\nlic.example/", "http://public.example/\r\nHost: 127.0.0.1",
    "http://public.example\r\n.127.0.0.1/", "\thttp://public.example/", "\nhttp://public.example/",
    "\u00a0http://public.example/", "http://public.example\x00/", "http://public.example\x00@127.1/",
    "http://public.example\u2028/", "http:// public.example/", "http://public.example /",
    "http://\u3000public.example/", "http://public.example\u3000/",
    # ports
    "http://public.example:80:80/", "http://public.example:+80/", "http://public.example:-80/",
    "http://public.example: 80/", "http://public.example:80 /", "http://public.example:0x50/",
    "http://public.example:８０/", "http://public.example:٨٠/", "http://public.example:65536/",
    "http://public.example:99999999999999999999/", "http://public.example:80a/",
    "http://public.example:80.5/", "http://public.example:8_0/", "http://public.example:%38%30/",
    # brackets and zone ids
    "http://[::1", "http://::1]/", "http://::1/", "http://[public.example]/", "http://[127.0.0.1]/",
    "http://[::1]public.example/", "http://public.example[::1]/", "http://[::1]:80:80/",
    "http://[::1%25lo]/", "http://[::1%lo]/", "http://[fe80::1%25eth0]/", "http://[::1%2525lo]/",
    "http://[v1.fe80::a]/", "http://[0:0:0:0:0:0:0:0:1]/", "http://[::g]/", "http://[]/",
    "http://[:::1]/", "http://[[::1]]/",
    # letters that turn into others
    "http://１２７.0.0.1/", "http://①②⑦.⓪.⓪.①/", "http://ⓔⓧⓐⓜⓟⓛⓔ.com/", "http://ﬀ.example/",
    "http://a℀b.example/", "http://a／b.example/", "http://a＠b.example/", "http://a：80.example/",
    "http://a？b.example/", "http://a＃b.example/", "http://a＼b.example/", "http://a‥b.example/",
    "http://pub\u200blic.example/", "http://pub\u00adlic.example/", "http://\u202epublic.example/",
    # numbers that are no address to us and one to others
    "http://256.256.256.256/",
    # schemes within schemes
    "http+unix://%2fvar%2frun%2fdocker.sock/", "https+http://public.example/", "jar:http://a.example!/",
    "view-source:http://public.example/", "feed:http://public.example/", "feed://public.example/",
    "unix:///var/run/docker.sock", "dict://public.example/", "ldap://public.example/", "netdoc:///x",
]  # fmt: skip

READ = {
    "HTTP://PUBLIC.EXAMPLE/": ("public.example", 80),
    "http://public.example./": ("public.example.", 80),
    "http://public.example:/": ("public.example", 80),
    "http://public.example:080/": ("public.example", 80),
    "https://public.example:80/": ("public.example", 80),
    "http://public_name.example/": ("public_name.example", 80),
    "http://127.0.0.1.public.example/": ("127.0.0.1.public.example", 80),
    "http://public.example//127.0.0.1/": ("public.example", 80),
    "http://public.example/..//127.0.0.1/": ("public.example", 80),
    "http://public.example/@127.0.0.1/": ("public.example", 80),
    "http://public.example?x=http://127.0.0.1/": ("public.example", 80),
    "http://public.example#http://127.0.0.1/": ("public.example", 80),
    "http://public.example://127.0.0.1/": ("public.example", 80),
    "http://127。0。0。1/": ("127.0.0.1", 80),
    "http://127｡0．0.1/": ("127.0.0.1", 80),
    "http://[::1]:443/": ("::1", 443),
    "http://faß.example/": ("xn--fa-hia.example", 80),
    "http://xn--ls8h.la/": ("xn--ls8h.la", 80),
}


def test_there_are_60_of_them() -> None:
    assert len(set(REFUSED)) >= 60


@pytest.mark.parametrize("text", REFUSED)
def test_29_what_two_parsers_could_read_differently_is_refused(text: str) -> None:
    with pytest.raises(Stop) as stopped:
        read_url(text)
    assert stopped.value.kind in ("bad-url", "refused")


@pytest.mark.parametrize(("text", "where"), READ.items())
def test_29_what_is_accepted_is_read_as_others_read_it(text: str, where: tuple[str, int]) -> None:
    url = read_url(text)
    assert (url.raw_host.decode(), port_of(url)) == where


PIECES = st.sampled_from(
    ["http", "https", "://", ":", "/", "//", "@", "#", "?", "\\", ".", "..", "127.0.0.1", "a.example",
     "[", "]", "::1", "[::1]", "%", "%40", "%2f", "80", ":80", "+", " ", "\t", "\n", "\x00", "。", "．",
     "１", "@a", "user:pw@", "-", "_", "&", ";", "=", "xn--", "ß", "é", "\u200b", "٣"]
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=9).map("".join), st.booleans())
def test_29_whatever_is_accepted_is_the_host_and_port_another_parser_sees(
    text: str, prefixed: bool
) -> None:
    text = f"http://{text}" if prefixed else text
    try:
        url = read_url(text)
    except Stop:
        return
    shown(url)  # whatever was accepted can be shown
    other = urlsplit(text.strip(" "))
    name = re.sub("[。．｡]", ".", other.hostname or "")
    if not name.isascii():
        name = idna.encode(name.lower()).decode()
    assert url.raw_host.decode() == name
    assert port_of(url) == (other.port if other.port is not None else port_of(url))


@pytest.mark.parametrize("text", REFUSED)
async def test_promise_4_no_mismatch_leads_to_a_connection_as_address_or_redirect(
    text: str,
) -> None:
    """Everything resolves to the canary, so that only the reading of the address can stop it."""

    async def to_canary(host: str, port: int) -> list[str]:
        return ["127.0.0.2"]

    limits = FetchLimits(allow_private=("127.0.0.1",))
    async with (
        running() as web,
        running("127.0.0.2") as canary,
        Fetcher(limits, "0.1", resolve=to_canary, tls=TLS) as fetcher,
    ):
        outcome = await fetcher.fetch(FetchRequest(url=text))
        assert isinstance(outcome, FetchFailure)
        if not set(text) & set("\r\n\x00"):  # those cannot stand in a header field
            location = text.encode("utf-8")
            start = web.on("/", answer(302, b"", ("Location", location)), answer(200, FEED))
            hopped = await fetcher.fetch(FetchRequest(url=start))
            # A relative one may lead to another path of the same server.
            assert isinstance(hopped, FetchFailure) or hopped.url.startswith(web.url("/"))
        assert canary.connections == 0


@pytest.mark.parametrize("name", ["xn--ls8h.la", "xn--a", "xn--", "xn--127-.example"])
async def test_38_a_name_whose_encoded_form_cannot_be_read_is_asked_for_all_the_same(
    web: Server, name: str
) -> None:
    async def there(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    web.on("/", answer(200, FEED), answer(404))
    limits = FetchLimits(allow_private=LOOPBACK)
    async with Fetcher(limits, "0.1", resolve=there, tls=TLS) as fetcher:
        assert isinstance(await fetcher.fetch(FetchRequest(url=web.url("/", name))), Fetched)
        failed = await fetcher.fetch(FetchRequest(url=web.url("/", name)))
    assert isinstance(failed, FetchFailure)
    assert name in failed.message
    assert web.asked[0].values("Host") == [f"{name}:{web.port}".encode()]
