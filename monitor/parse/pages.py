"""What kind of web page came instead of a feed, and what a person can do about it.

Recognition goes by facts: marks that products for protection and parking leave in their pages, the
words of titles and headings, a password field. Marks and words count in pages with little text only,
as anybody may write about them.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from monitor.model.entry import FeedLink, PageKind, ParseFailure
from monitor.parse.cleaning import shortened
from monitor.parse.discovery import links_of
from monitor.parse.pagewords import (
    CHALLENGE_MARKS,
    CHALLENGE_WORDS,
    LOGIN_WORDS,
    NOT_FOUND_WORDS,
    PARKING_MARKS,
    PARKING_WORDS,
)
from monitor.parse.webpage import WebPage, read_page

MOST_FEEDS = 10
"""Feeds of a page that are told."""
_LITTLE = 2_500
"""Characters a visitor sees: pages of protections, parked domains and errors stay below."""
_LONGEST_HEADLINE = 100
_PARTS = re.compile(
    r"\s+[|\u2013\u2014\u2022\u00b7\u00bb\u00ab:-]+\s+|\s*[|｜]\s*|[:：]\s+|[_＿]{1,3}"
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """The kind of a page, and who put it there where its marks tell ("Cloudflare")."""

    kind: PageKind
    by: str = ""


def recognised(page: WebPage) -> Recognised:
    """Say what kind of page this is."""
    little = len(page.words) <= _LITTLE
    headlines = _headlines(page)
    if little:
        for kind, marks in (("challenge", CHALLENGE_MARKS), ("parking", PARKING_MARKS)):
            for mark, by in marks:
                if mark.search(page.markup):
                    return Recognised(_kind(kind), by)
    if little or not page.words:
        spoken = page.words.lower() if not page.password else " ".join(headlines)
        if CHALLENGE_WORDS.search(" \n ".join([*headlines, spoken])):
            return Recognised("challenge")
        if PARKING_WORDS.search(" \n ".join([*headlines, spoken])):
            return Recognised("parking")
    if any(NOT_FOUND_WORDS.search(each) for each in headlines):
        return Recognised("not-found")
    if any(LOGIN_WORDS.search(each) for each in headlines) and (little or page.password):
        return Recognised("login")
    if page.password and little:
        return Recognised("login")
    if not headlines and little and NOT_FOUND_WORDS.search(page.words[:200].lower()):
        return Recognised("not-found")
    return Recognised("page")


def page_instead(text: str, url: str) -> ParseFailure:
    """Say in words for a person what came instead of the feed at `url`, and what to do."""
    page = read_page(text)
    what = recognised(page)
    feeds = links_of(page, url)[:MOST_FEEDS]
    title = shortened(page.title, 200)
    came = _came(what, title)
    return ParseFailure(
        kind="not-a-feed",
        message=f"{came} {_advice(what, feeds, url)}",
        came=came,
        page_title=title,
        page=what.kind,
        feeds=feeds,
    )


def _headlines(page: WebPage) -> list[str]:
    """Return title and headings in their parts, lower-case: sites put their name beside."""
    found: dict[str, None] = {}
    for line in (page.title, *page.headings[:2]):
        for part in (line, *_PARTS.split(line)):
            if part and len(part) <= _LONGEST_HEADLINE:
                found.setdefault(part.lower().strip(" .!…"))
    return list(found)


_CAME: dict[PageKind, str] = {
    "page": "A web page{titled} came instead of a feed.",
    "parking": "A page of a parked domain{by}{titled} came instead of a feed.",
    "login": "A page that asks to log in{titled} came instead of a feed.",
    "challenge": "A page of a protection against robots{by}{titled} came instead of a feed.",
    "not-found": "A page that says “not found”{titled} came instead of a feed, though with a "
    "status of success.",
}
_OTHERWISE: dict[PageKind, str] = {
    "page": "It names no feed; look for the feed's own address with `monitor feeds discover` and "
    "the address of the site.",
    "parking": "The publisher seems to have given the domain up: look for its new one, and give "
    "its feed's address with `monitor feeds edit {feed} --url NEW`, or take it out with `monitor "
    "feeds remove {feed}`.",
    "login": "If you may read it, name the environment variable with your access: `monitor feeds "
    "edit {feed} --auth-env NAME`; else look for a public address with `monitor feeds discover`.",
    "challenge": "It is asked less often now. Ask the publisher to let feed readers pass, or look "
    "for another address with `monitor feeds discover`.",
    "not-found": "Look for the feed's new address with `monitor feeds discover` and the address of "
    "the site.",
}


def _came(what: Recognised, title: str) -> str:
    by = f" ({what.by})" if what.by else ""
    return _CAME[what.kind].format(titled=f" titled “{title}”" if title else "", by=by)


def _advice(what: Recognised, feeds: tuple[FeedLink, ...], url: str) -> str:
    # What follows "?" may be a secret, and messages are stored and shown.
    feed = shlex.quote(url) if url and "?" not in url and "@" not in url else "FEED"
    # What the page of a seller or of a guard names is not the publisher's.
    if not feeds or what.kind in ("parking", "challenge"):
        return _OTHERWISE[what.kind].replace("{feed}", feed)
    first = feeds[0]
    called = f" “{shortened(first.title, 80)}”" if first.title else ""
    more = f" (and {len(feeds) - 1} more)" if len(feeds) > 1 else ""
    return (
        f"It names the feed{called} at {first.url}{more}; to take that one: "
        f"`monitor feeds edit {feed} --url {shlex.quote(first.url)}`."
    )


def _kind(kind: str) -> PageKind:
    return "challenge" if kind == "challenge" else "parking"
