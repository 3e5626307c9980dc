import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.parse.addresses import absolute_http, canonical_url, registrable_domain

BASE = "https://news.example.org/feeds/all.xml"


@pytest.mark.parametrize(
    ("link", "absolute"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("/x?a=1#b", "https://news.example.org/x?a=1#b"),
        ("x", "https://news.example.org/feeds/x"),
        ("../x", "https://news.example.org/x"),
        ("//b.example/x", "https://b.example/x"),
        (r"\\b.example\x", "https://b.example/x"),
        (r"http:\\b.example\x?y=\z", "http://b.example/x?y=%5Cz"),
        ("  https://a.example/x\n ", "https://a.example/x"),
        ("https://a.example/\nx\ty", "https://a.example/xy"),
        ("https://a.example/two words", "https://a.example/two%20words"),
        ('https://a.example/"><b>', "https://a.example/%22%3E%3Cb%3E"),
        ("www.a.example/x", "http://www.a.example/x"),
        ("https://münchen.example/ä", "https://münchen.example/ä"),
        ("HTTPS://A.example/X", "https://A.example/X"),
        ("", ""),
        ("javascript:alert(1)", ""),
        ("java\tscript:alert(1)", ""),
        (" JavaScript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("vbscript:x", ""),
        ("file:///etc/passwd", ""),
        ("mailto:a@b.example", ""),
        ("http://[", ""),
        ("http://[::1", ""),
        ("http://a.example:99999/", ""),
        ("http://a b.example/", ""),
        ("https://", ""),
        ("http:///x", ""),
        ("https://a.example/" + "x" * 9000, ""),
    ],
)
def test_a_link_becomes_absolute_http_or_nothing(link: str, absolute: str) -> None:
    assert absolute_http(link, BASE) == absolute


def test_a_relative_link_without_a_base_is_nothing() -> None:
    assert absolute_http("/x", "") == ""
    assert absolute_http("/x", "http://[") == ""


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Example.ORG", "http://example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:80/a", "http://example.org/a"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://user:pw@example.org/a", "https://example.org/a"),
        ("https://example.org/a/./b/../c", "https://example.org/a/c"),
        ("https://example.org/%7ea%2fb", "https://example.org/~a%2Fb"),
        ("https://example.org/ä", "https://example.org/%C3%A4"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://example.org/a?c=1&a=2", "https://example.org/a?a=2&c=1"),
        ("https://example.org/a?b", "https://example.org/a?b"),
        ("https://example.org/a?b=", "https://example.org/a?b="),
        ("https://example.org/a?", "https://example.org/a"),
        ("https://example.org/a?x=%e4&&y", "https://example.org/a?x=%E4&y"),
        ("https://example.org/a#part", "https://example.org/a"),
        ("https://example.org/#!/page", "https://example.org/#!/page"),
        ("https://example.org/a?utm_source=x&id=7&UTM_Medium=rss", "https://example.org/a?id=7"),
        ("https://example.org/a?fbclid=1&gclid=2&mc_cid=3", "https://example.org/a"),
        ("https://[2001:DB8::1]/a", "https://[2001:db8::1]/a"),
        ("ftp://example.org/", ""),
        ("no address", ""),
    ],
)
def test_canonical_form(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://news.example.co.uk/x", "example.co.uk"),
        ("https://www.example.org/", "example.org"),
        ("https://someone.github.io/x", "someone.github.io"),
        ("https://www.bücher.de/", "xn--bcher-kva.de"),
        ("http://127.0.0.1:8000/x", "127.0.0.1"),
        ("http://[::1]/x", "::1"),
        ("http://localhost/x", "localhost"),
        ("https://co.uk/", "co.uk"),
        ("", ""),
        ("http://[", ""),
    ],
)
def test_registrable_domain(url: str, domain: str) -> None:
    assert registrable_domain(url) == domain


odd_urls = st.one_of(
    st.text(max_size=60),
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["http://", "https://", "HTTPS://", "//", "http:\\\\", "http://a@"]),
        st.text("aZ0.-:[]@%ü\\ 9", max_size=12),
        st.sampled_from(["", "/", "/%", "/../", "/a b", "/é%e9", ";p"]),
        st.text("?&=#!/%2aFü+ utm_\ud800\"'", max_size=20),
    ),
)


@settings(max_examples=300, deadline=None)
@given(odd_urls, odd_urls)
def test_no_address_raises_and_canonical_form_is_stable(link: str, base: str) -> None:
    absolute = absolute_http(link, base)
    assert absolute == "" or absolute.startswith(("http://", "https://"))
    assert not set(absolute) & set(' "<>\n\x00')
    canonical = canonical_url(link)
    assert canonical_url(canonical) == canonical
    assert isinstance(registrable_domain(link), str)
