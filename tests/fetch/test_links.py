"""Link header fields: RFC 8288, W3C WebSub section 4."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.fetch.links import read_hub_and_self, read_links
from monitor.model.fetch import Fetched
from tests.fetch.server import FEED, Server, answer, get

BASE = "https://a.example/blog/feed"
HUB = "https://hub.example/"

FIELDS: list[tuple[list[str], str, str]] = [
    (['<https://hub.example/>; rel="hub"'], HUB, ""),
    (["<https://hub.example/>; rel=hub"], HUB, ""),
    (['<https://hub.example/>;rel="HUB",<feed>;rel="self"'], HUB, BASE),
    (['<https://hub.example/>; rel="hub"', '</own>; rel="self"'], HUB, "https://a.example/own"),
    (['<https://hub.example/>; rel="other hub"; type=x'], HUB, ""),
    (['<https://hub.example/>; title="a, b; rel=\\"self\\" <c>"; rel="hub"'], HUB, ""),
    (['  , ,<https://hub.example/>\t; \trel \t= "hub" , <x>; rel=self'], HUB, "https://a.example/blog/x"),
    (['<//hub.example/?a=b>; rel="hub"'], "https://hub.example/?a=b", ""),
    (['<https://hub.example/>; rel="hub"', '<https://two.example/>; rel="hub"'], HUB, ""),
    (['<javascript:alert(1)>; rel="hub"', '<https://hub.example/>; rel="hub"'], HUB, ""),
    (['<https://hub.example/>; rel="alternate"; rel="hub"'], "", ""),
    (['<https://hub.example/>; rel="hub"; anchor="https://else.example/"'], "", ""),
    (['<https://user:pw@hub.example/>; rel="hub"'], "", ""),
    (['<http://[>; rel="hub"', "<ftp://a/>; rel=self"], "", ""),
    (["<>; rel=self"], "", BASE),
    (['https://hub.example/; rel="hub"'], "", ""),
    (['<https://hub.example/; rel="hub"'], "", ""),
    (["<https://hub.example/>; rel", "", "<>", "rel=hub", "hubbub"], "", ""),
    (['<https://hub.example/>; rel="hub'], "", ""),
    ([", ".join(["<x>; rel=y"] * 250) + ", <https://hub.example/>; rel=hub"], "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "hub", "own"), FIELDS)
def test_hub_and_self_are_read_from_link_fields(fields: list[str], hub: str, own: str) -> None:
    raw = [(b"Link", field.encode("latin-1")) for field in fields]
    assert read_hub_and_self(raw, BASE) == (hub, own)


async def test_the_links_of_an_answer_come_with_it_and_are_resolved_where_it_came_from(
    web: Server,
) -> None:
    fields = [("Link", '<https://hub.example/>; rel="hub"'), ("LINK", "<../own>; rel=self")]
    web.on("/b/c/feed", answer(200, FEED, *fields))
    url = web.on("/feed", answer(302, b"", ("Location", "/b/c/feed"), ("Link", "<x>; rel=hub")))
    outcome = await get(url)
    assert isinstance(outcome, Fetched)
    assert (outcome.hub, outcome.self_url) == (HUB, web.url("/b/own"))


async def test_without_link_fields_there_are_none(web: Server) -> None:
    outcome = await get(web.on("/feed", answer(200, FEED)))
    assert isinstance(outcome, Fetched)
    assert (outcome.hub, outcome.self_url) == ("", "")


PIECES = st.sampled_from(
    ["<", ">", ";", ",", '"', "\\", "=", " ", "\t", "rel", "hub", "self", "anchor", "http://a/", "[", "\x00", "ÿ"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=40).map("".join))
def test_any_field_gives_web_addresses_or_none(field: str) -> None:
    raw = [(b"link", field.encode("latin-1", errors="replace"))]
    for address in read_hub_and_self(raw, BASE):
        assert address == "" or address.startswith(("http://", "https://"))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_characters="<>", max_codepoint=255), max_size=20),
            st.lists(st.sampled_from(["hub", "self", "next", "x-y"]), max_size=3),
        ),
        max_size=8,
    )
)
def test_what_is_written_as_it_should_be_is_read_as_it_was_meant(
    links: list[tuple[str, list[str]]],
) -> None:
    field = ", ".join(
        f'<{target}>; title="a \\"quoted\\", word"; rel="{" ".join(relations)}"'
        for target, relations in links
    )
    read = [(link.target, link.relations) for link in read_links(field)]
    assert read == [(target.strip(), frozenset(relations)) for target, relations in links]


@pytest.mark.parametrize(
    "flood",
    [
        "<a>" * 15_000,
        ";" * 50_000,
        '<a>;b="' + "\\" * 50_000,
        "<" * 50_000,
        "<a>" + " " * 50_000,
        "," * 50_000,
        "<a>;" + "b" * 50_000,
        "<a>" + ";b=c" * 12_000,
    ],
)
def test_promise_5_a_flood_in_a_link_field_ends(flood: str) -> None:
    assert len(list(read_links(flood))) <= 200
