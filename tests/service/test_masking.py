"""What a page must not show: keys in addresses, secrets in headers; and nothing else is taken away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.service.editing import DiffLine, FileDiff
from monitor.service.masking import MASK, is_secret_name, masked, masked_diffs, masked_headers


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://a.example/feed?token=s3cret&x=1", f"https://a.example/feed?token={MASK}&x=1"),
        ("https://me:pw@a.example/feed", f"https://{MASK}@a.example/feed"),
        ("https://a.example/f?api_key=1;b=2", f"https://a.example/f?api_key={MASK};b=2"),
        ("https://a.example/f?u=0a1b2c3d4e5f6a7b8c9d0e1f2a", f"https://a.example/f?u={MASK}"),
        ("(https://a.example/?auth=x) and more", f"(https://a.example/?auth={MASK} and more"),
    ],
)
def test_keys_and_passwords_in_addresses_are_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/feed.xml",
        "https://a.example/feed?format=rss&category=ai-policy&page=2",
        "https://a.example/?monkey=banana&author=someone",
        "me@a.example wrote: is it so? a=b",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert masked(text) == text


@given(st.text())
def test_any_text_is_masked_without_a_fault_and_only_once(text: str) -> None:
    assert masked(masked(text)) == masked(text)


def test_headers_and_lines_of_a_diff_keep_what_is_no_secret() -> None:
    assert is_secret_name("X-Api-Key")
    assert is_secret_name("Authorization")
    assert not is_secret_name("X-Author")
    assert not is_secret_name("Accept-Language")
    headers = (("X-Api-Key", "s3"), ("Accept", "x/y"))
    assert masked_headers(headers) == (("X-Api-Key", MASK), ("Accept", "x/y"))
    lines = [
        'headers = {X-Api-Key = "s3", Accept = "x/y"}',
        'X-Token = "s3"',
        'url = "https://a.example/?key=s3"',
        'title = "The token economy"',
        'auth_env = "A_TOKEN"',
    ]
    diff = FileDiff("config/feeds.toml", tuple(DiffLine("added", line) for line in lines))
    (shown,) = masked_diffs((diff,))
    texts = [line.text for line in shown.lines]
    assert not [text for text in texts if "s3" in text]
    assert 'Accept = "x/y"' in texts[0]
    assert texts[3:] == lines[3:]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("X-Api-Key = 's3'", f'X-Api-Key = "{MASK}"'),
        ('Authorization = "Bearer s3"', f'Authorization = "{MASK}"'),
        ('headers.X-Token = "s3"', f'headers.X-Token = "{MASK}"'),
        (
            '  {url = "u", headers = {Cookie = "s3"}},',
            f'  {{url = "u", headers = {{Cookie = "{MASK}"}}}},',
        ),
        ('to = [{webhook = "https://h.example/s3"}]', 'to = [{webhook = "h.example/…"}]'),
        ('webhook = """https://h.example/s3"""', 'webhook = "h.example/…"'),
        ("'webhook' = 'https://h.example/s3'", "'webhook' = \"h.example/…\""),
        ('to.webhook = "https://h.example/s3"', 'to.webhook = "h.example/…"'),
        ("Authorization = '''s3", f'Authorization = "{MASK}"'),
        ('query = "passport OR token"', 'query = "passport OR token"'),
        (
            '{webhook = "https://h.example/x", secret_env = "A_KEY"}',
            '{webhook = "h.example/…", secret_env = "A_KEY"}',
        ),
        ("a" * 300_000, "a" * 300_000),
        ('a="' * 50_000, 'a="' * 50_000),
    ],
    ids=lambda each: each[:20],
)
def test_wherever_in_a_line_of_config_a_secret_stands_it_is_masked(line: str, shown: str) -> None:
    (diff,) = masked_diffs((FileDiff("config/feeds.toml", (DiffLine("same", line),)),))
    assert diff.lines[0].text == shown
