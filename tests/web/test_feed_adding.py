"""Looking at an address from the page, whatever comes of it."""

from __future__ import annotations

from tests.site import Site
from tests.web.conftest import Browser
from tests.web.forms import post
from tests.web.reading import Read
from tests.web.test_jobs import worked_off


def test_what_was_looked_at_stays_in_its_field_whatever_came_of_it(
    browser: Browser, site: Site
) -> None:
    path = ""
    for url in (site.url("/no"), "http://127.0.0.1:1/feed", "http://10.0.0.1/"):
        fields = {"url": url, "guess": "on"} if url.endswith("/no") else {"url": url}
        path = post(browser, "/feeds/add/look", fields).headers["location"]
        for _ in range(2):
            page = browser.get(path).text
            assert f'value="{url}" placeholder' in page
            assert 'name="guess" checked' in page or "guess" not in fields
            worked_off(browser.app)
    assert "nothing found" in Read(browser.get("/status").text).text
    page = browser.get(path).text
    assert "allow_private" in page
    assert 'href="/settings/fetch#f-allow_private"' in page
    assert 'id="f-allow_private"' in browser.get("/settings/fetch").text
