"""May a page's text stand for the feed's own? A table of cases."""

from __future__ import annotations

import pytest

from monitor.model.page import PageText
from monitor.service.replacing import LEAST_WORDS, SHORT_WORDS, why_not, with_page

TITLE = "Bureau widens entity list for advanced chips"
EXCERPT = "The bureau adds twelve firms that buy advanced chips to its entity list."
ARTICLE = (
    "The bureau said on Monday that it widens the entity list for advanced chips by twelve firms. "
    "Lawyers who follow the list expected the step, and traders had priced it in since spring. "
) * 3
WEATHER = (
    "The weather stays fine all week, with light winds from the south and hardly any rain. " * 6
)
ZH_TITLE = "商务部扩大实体清单"
ZH_ARTICLE = (
    "商务部周一宣布，扩大实体清单，新增十二家企业。律师们早已预料到这一步，市场反应平淡。" * 3
)


@pytest.mark.parametrize(
    ("title", "own", "excerpt", "page", "why"),
    [
        pytest.param(TITLE, EXCERPT, EXCERPT, ARTICLE, "", id="the article"),
        pytest.param(TITLE, "", "", ARTICLE, "", id="a feed without texts"),
        pytest.param("", EXCERPT, EXCERPT, ARTICLE, "", id="an entry without a title"),
        pytest.param("AI", EXCERPT, EXCERPT, ARTICLE, "", id="a title of one short word"),
        pytest.param("Weekly notes", EXCERPT, EXCERPT, ARTICLE, "", id="the excerpt decides"),
        pytest.param(ZH_TITLE, "", "", ZH_ARTICLE, "", id="Chinese"),
        pytest.param(TITLE, EXCERPT, EXCERPT, "", "too little", id="nothing"),
        pytest.param(TITLE, EXCERPT, EXCERPT, TITLE * 5, "too little", id="a few words"),
        pytest.param(TITLE, ARTICLE, EXCERPT, ARTICLE, "not longer", id="the feed has it all"),
        pytest.param(TITLE, ARTICLE, EXCERPT, ARTICLE[:400], "not longer", id="a teaser"),
        pytest.param(TITLE, EXCERPT, EXCERPT, WEATHER, "something else", id="another article"),
        pytest.param(ZH_TITLE, "", "", "今天天气很好，适合出门散步。" * 9, "something else", id="zh"),
        pytest.param("", "", "", ARTICLE, "something else", id="nothing to go by"),
        pytest.param(
            TITLE, EXCERPT, EXCERPT, ARTICLE[:300] + " Subscribe to continue reading.", "“subscribe",
            id="a wall behind a teaser",
        ),
        pytest.param(
            TITLE, "", "", ZH_ARTICLE + TITLE * 9 + " 请登录 以继续", "“请登录”", id="a wall in Chinese"
        ),
        pytest.param(
            TITLE, EXCERPT, EXCERPT, ARTICLE * 4 + " Subscribe to continue reading.", "",
            id="a long article that asks for subscribers",
        ),
        pytest.param(
            TITLE, EXCERPT, EXCERPT, ARTICLE + " He subscribes to the view.", "",
            id="words of a wall that are none",
        ),
    ],
)  # fmt: skip
def test_whether_a_page_replaces_the_feeds_text(
    title: str, own: str, excerpt: str, page: str, why: str
) -> None:
    said = why_not(title, own, excerpt, page)
    assert why in said if why else said == ""


def test_the_bounds_are_kept_to_the_word() -> None:
    words = [f"chips{n}" for n in range(SHORT_WORDS)]
    assert why_not("chips0 chips1", "", "", " ".join(words[: LEAST_WORDS - 1]))
    assert not why_not("chips0 chips1", "", "", " ".join(words[:LEAST_WORDS]))
    wall = "log in to read"
    short = [*words[: SHORT_WORDS - 5], wall]
    assert "log in" in why_not("chips0 chips1", "", "", " ".join(short))
    assert not why_not("chips0 chips1", "", "", " ".join([*words, wall]))


@pytest.mark.parametrize(
    ("own", "page", "kept"),
    [
        ("Firms added.", "Twelve firms added. More.", False),
        ("Firms   ADDED …", "Twelve firms added. More.", False),
        ("Firms added. Read more »", "Twelve firms added. More.", False),
        ("Zanzibar too.", "Twelve firms added. More.", True),
        ("", "Twelve firms added. More.", False),
        ("Firms added. Read more about Zanzibar", "Twelve firms added. More.", True),
    ],
)
def test_own_words_stay_where_the_page_lacks_them(own: str, page: str, kept: bool) -> None:
    text, html = with_page(own, f"<p>{own}</p>", PageText(f"<p>{page}</p>", page))
    assert text == (f"{own} {page}" if kept else page)
    assert html == (f"<p>{own}</p><p>{page}</p>" if kept else f"<p>{page}</p>")
