"""Pages that came instead of feeds: all of them invented, after what such pages have in common."""

from pathlib import Path

import pytest

from monitor.model.entry import FeedLink, PageKind, ParsedFeed
from monitor.parse.pages import MOST_FEEDS
from monitor.parse.webpage import without_elements
from tests.parse.feeds import URL, failed, outcome_of, parsed, rss

PROSE = "The committee met on Monday and heard three witnesses on the new rule. " * 60


def page(title: str = "", body: str = "", head: str = "") -> bytes:
    return (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title>{head}</head>"
        f"<body>{body}</body></html>"
    ).encode()


FORM = '<form method="post"><input name="user"><input type="password" name="p"></form>'

CASES: list[tuple[PageKind, bytes]] = [
    # Challenges, by their marks.
    ("challenge", page("Just a moment...", "<script>window._cf_chl_opt={a:1}</script>")),
    ("challenge", page("Einen Moment", '<div class="cf-browser-verification">x</div>')),
    ("challenge", page("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1>")),
    ("challenge", page("", '<iframe src="/_Incapsula_Resource?x=1">Request unsuccessful.</iframe>')),
    ("challenge", page("Access Denied", "<h1>Access Denied</h1>You don't have permission. Reference "
                       "#18.2f0. <p>https://errors.edgesuite.net/18.2f0</p>")),
    ("challenge", page("ledger.example", '<script src="https://ct.captcha-delivery.com/c.js">'
                       "</script>")),
    ("challenge", page("Access to this page has been denied", '<div id="px-captcha"></div>')),
    ("challenge", page("DDoS-Guard", "<h1>Checking your browser before accessing</h1>")),
    ("challenge", page("", "<script>window.gokuProps = {}</script><noscript>Enable it</noscript>")),
    ("challenge", page("Sucuri WebSite Firewall - Access Denied", "<p>Block ID: X</p>")),
    ("challenge", page("Making sure you're not a bot!", "<p>Loading…</p>")),
    ("challenge", page("Vercel Security Checkpoint", "<p>We're verifying your browser</p>")),
    ("challenge", page("", '<meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=x">')),
    ("challenge", page("One moment", "<p>Protected by Imunify360</p>")),
    ("challenge", page("", "<script>var arg1='A';document.cookie='acw_sc__v2='+x;</script>")),
    # Challenges, by their words.
    ("challenge", page("Robot check", "<p>Enter the characters you see.</p>")),
    ("challenge", page("ledger.example", "<p>Please verify you are human.</p>")),
    ("challenge", page("Security check", "<noscript>Enable JavaScript and cookies to continue</noscript>")),
    ("challenge", page("Pardon Our Interruption", "<p>Something about your browser…</p>")),
    ("challenge", page("Nur einen Moment…", "<p>Ihr Browser wird überprüft.</p>")),
    ("challenge", page("Sicherheitsprüfung", "<p>Bitte bestätigen Sie, dass Sie kein Roboter sind</p>")),
    ("challenge", page("Un instant…", "<p>Vérification de sécurité en cours</p>")),
    ("challenge", page("Contrôle", "<p>Confirmez que vous n’êtes pas un robot.</p>")),
    ("challenge", page("安全验证", "<p>请完成安全验证后继续访问</p>")),
    ("challenge", page("请稍候…", "<p>正在检查您的浏览器</p>")),
    ("challenge", page("しばらくお待ちください...", "<p>ブラウザを確認しています</p>")),
    ("challenge", page("認証", "<p>ロボットではないことを確認してください</p>")),
    ("challenge", page("Проверка", "<p>Подтвердите, что вы не робот</p>")),
    ("challenge", page("확인", "<p>사람인지 확인하는 중입니다</p>")),
    # Parked domains.
    ("parking", page("ledger.example", '<script src="//img.sedoparking.com/x.js"></script>')),
    ("parking", page("", '<iframe src="https://www.bodis.com/x"></iframe>')),
    ("parking", page("", "<script>cdn='https://d.parkingcrew.net/a.js'</script>")),
    ("parking", page("Ledger.example is for sale | HugeDomains", "<a "
                     'href="https://www.hugedomains.com/x">Buy</a>')),
    ("parking", page("x", '<a href="https://www.afternic.com/forsale/x">Get a price</a>')),
    ("parking", page("x", '<a href="https://dan.com/buy-domain/x">x</a>')),
    ("parking", page("", '<script>window.onload=function(){window.location.href="/lander"}</script>')),
    ("parking", page("ledger.example - This domain is for sale", "<p>Make an offer</p>")),
    ("parking", page("Ledger", "<h1>The domain ledger.example may be for sale</h1>")),
    ("parking", page("Ledger", "<p>Buy this domain today</p>")),
    ("parking", page("ledger.example", "<h1>Diese Domain steht zum Verkauf</h1>")),
    ("parking", page("ledger.example", "<p>Hier entsteht eine neue Internetpräsenz</p>")),
    ("parking", page("ledger.example", "<h1>Ce nom de domaine est à vendre</h1>")),
    ("parking", page("域名出售", "<p>该域名正在出售,请联系我们</p>")),
    ("parking", page("ledger.example", "<p>このドメインは販売中です</p>")),
    ("parking", page("ledger.example", "<p>このドメインはお名前.comで取得されています。</p>")),
    ("parking", page("ledger.example", "<p>Este dominio está en venta</p>")),
    ("parking", page("Account Suspended", "<h1>This account has been suspended</h1>")),
    # Logins.
    ("login", page("Sign in", FORM)),
    ("login", page("Ledger – Log in", FORM)),
    ("login", page("Ledger", f"<h1>Members</h1>{FORM}")),
    ("login", page("Anmelden | Ledger", FORM)),
    ("login", page("Bitte einloggen", "<p>Nur für Mitglieder</p>")),
    ("login", page("Connexion - Le Registre", FORM)),
    ("login", page("用户登录", FORM)),
    ("login", page("ログイン | 台帳", FORM)),
    ("login", page("Iniciar sesión", FORM)),
    ("login", page("Вход", FORM)),
    ("login", page("Sign in to Ledger", f'{FORM}<p class="g-recaptcha">I am not a robot</p>')),
    ("login", page("Authentication required", "<p>Continue with single sign-on</p>")),
    # Errors that came with status 200.
    ("not-found", page("404", "<h1>404</h1>")),
    ("not-found", page("404 Not Found", "<center><h1>404 Not Found</h1></center><hr>nginx")),
    ("not-found", page("Page not found | The Ledger", PROSE)),
    ("not-found", page("The Ledger", "<h1>Oops! Page not found.</h1>" + PROSE)),
    ("not-found", page("The Ledger", "<h1>The page you requested could not be found</h1>")),
    ("not-found", page("Error 404 - The Ledger")),
    ("not-found", page("Seite nicht gefunden – Das Register", FORM)),
    ("not-found", page("Fehler 404", "<p>Diese Seite existiert nicht</p>")),
    ("not-found", page("Page introuvable | Le Registre", PROSE)),
    ("not-found", page("Erreur 404", "<p>La page n’existe plus</p>")),
    ("not-found", page("页面不存在", "<p>您访问的页面不存在</p>")),
    ("not-found", page("找不到页面 - 登记册", "<p>返回首页</p>")),
    ("not-found", page("ページが見つかりません | 台帳", "<p>トップへ</p>")),
    ("not-found", page("お探しのページは見つかりませんでした")),
    ("not-found", page("Página no encontrada")),
    ("not-found", page("Страница не найдена")),
    ("not-found", b"<html><body>Not Found</body></html>"),
    # Ordinary pages, some of them about what the others are.
    ("page", page("The Ledger", PROSE)),
    ("page", page("404 Media", f"<h1>404 Media</h1>{PROSE}")),
    ("page", page("How “page not found” became a joke", PROSE)),
    ("page", page("Why captchas ask whether you are a robot", PROSE + "verify you are human")),
    ("page", page("Cloudflare explains _cf_chl_opt", f"{PROSE}<code>_cf_chl_opt</code>")),
    ("page", page("This domain is for sale: a market of names", PROSE)),
    ("page", page("The Ledger", f"<header>{FORM}</header>{PROSE}")),
    ("page", page("The Ledger", f"{PROSE}<script src='/cdn-cgi/challenge-platform/s.js'></script>")),
    ("page", page("Newsletter", '<form><div class="g-recaptcha"></div><input type=email></form>')),
    ("page", page("Jordan.com", "<a href='https://jordan.com/'>x</a>")),
    ("page", page("Welcome to nginx!", "<h1>Welcome to nginx!</h1>")),
    ("page", page("Index of /feeds", "<h1>Index of /feeds</h1><a href='../'>Parent</a>")),
    ("page", page("公告", "<p>" + "委员会周一开会,听取了三名证人的意见。" * 100 + "</p>")),
    ("page", b"<html></html>"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body"), CASES)
def test_12_the_kind_of_a_page_is_recognised(kind: PageKind, body: bytes) -> None:
    failure = failed(body, "application/rss+xml")
    assert (failure.kind, failure.page) == ("not-a-feed", kind)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (page("Just a moment...", "<script>_cf_chl_opt</script>"),
         "A page of a protection against robots (Cloudflare) titled “Just a moment...” came instead "
         "of a feed. It is asked less often now."),
        (page("x.example", "Buy this domain"),
         "A page of a parked domain titled “x.example” came instead of a feed."),
        (page("Sign in", FORM), "monitor feeds edit https://ledger.example/feeds/all.xml --auth-env "),
        (page("404"), "A page that says “not found” titled “404” came instead of a feed"),
        (page("", PROSE), "A web page came instead of a feed. It names no feed; look for"),
    ],
)  # fmt: skip
def test_12_the_message_says_what_came_and_what_to_do(body: bytes, words: str) -> None:
    assert words in failed(body).message


NAMED = (
    '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">'
    '<link rel="alternate" type="application/rss+xml" title="The Ledger" href="/new.xml?a=1&amp;b=2">'
    '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts">'
)


def test_12_the_feeds_a_page_names_come_with_the_command_that_takes_one() -> None:
    failure = failed(page("The Ledger", PROSE, NAMED))
    assert failure.feeds == (
        FeedLink("https://ledger.example/new.xml?a=1&b=2", "The Ledger"),
        FeedLink("https://ledger.example/comments/feed", "Comments"),
    )
    assert (
        "It names the feed “The Ledger” at https://ledger.example/new.xml?a=1&b=2 (and 1 more); to "
        "take that one: `monitor feeds edit https://ledger.example/feeds/all.xml --url "
        "'https://ledger.example/new.xml?a=1&b=2'`." in failure.message
    )


def test_12_at_most_ten_feeds_are_told() -> None:
    links = "".join(f"<a href='/feeds/{n}.rss'>Feed {n}</a>" for n in range(40))
    assert len(failed(page("Feeds", links)).feeds) == MOST_FEEDS == 10


def test_12_what_the_seller_of_a_domain_names_is_not_recommended() -> None:
    failure = failed(page("x.example", "Buy this domain", NAMED))
    assert failure.page == "parking"
    assert "new.xml" not in failure.message


def test_21_a_secret_in_the_address_of_the_feed_is_not_in_the_message() -> None:
    for body in (page("The Ledger", PROSE, NAMED), page("Sign in", FORM)):
        outcome = outcome_of(body, url="https://a.example/f?token=hush")
        assert not isinstance(outcome, ParsedFeed)
        assert "hush" not in outcome.message
        assert "monitor feeds edit FEED " in outcome.message


@pytest.mark.parametrize(
    "body",
    [
        page("About feeds", "<script>var t = '<rss version=\"2.0\"><channel><item><title>x';</script>"),
        page("About feeds", "<!-- <rdf:RDF xmlns='http://purl.org/rss/1.0/'><item/> -->" + PROSE),
        page("About feeds", "<pre><rss version='2.0'><channel><item>x</item></channel></rss></pre>"),
        page("Shop", "<item>Shoes</item><entry>1</entry><channel>A</channel>" + PROSE),
        page("Licence", '<rdf:RDF xmlns="http://web.resource.org/cc/"><Work/></rdf:RDF>'),
        page("About", "<textarea><feed xmlns='http://www.w3.org/2005/Atom'><entry/></textarea>"),
        b"<div><item><title>One</title></item></div>",
        b"<title>404 Not Found</title><h1>Not Found</h1>",
        b"<center><h1>503</h1></center>",
        b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><entry/></body></html>",
    ],
)  # fmt: skip
def test_a_page_is_never_taken_for_a_feed(body: bytes) -> None:
    failure = failed(body)
    assert failure.kind == "not-a-feed"
    assert failure.page


@pytest.mark.parametrize(
    "body",
    [
        rss("<item><title>&lt;!doctype html&gt;</title></item>"),
        rss("<item><description><![CDATA[<!DOCTYPE html><html><title>404</title>]]></description></item>"),
        rss("<item><title>Just a moment: verify you are human</title></item>"),
        b"<!-- <!doctype html> <html> -->" + rss("<item><title>x</title></item>").partition(b"\n")[2],
        b"<!DOCTYPE html>\n" + rss("<item><title>x</title></item>"),
        b"<br />\n<b>Warning</b>: x in /a.php<br />\n" + rss("<item><title>x</title></item>"),
    ],
)  # fmt: skip
def test_a_feed_is_never_taken_for_a_page(body: bytes) -> None:
    assert len(parsed(body, "text/html").entries) == 1


def test_the_pages_of_the_corpus_are_pages_and_only_they(shared: Path) -> None:
    named = {}
    for path in sorted((shared / "corpus" / "feeds").glob("notfeed-*")):
        failure = failed(path.read_bytes(), "application/rss+xml")
        named[path.name.partition("-")[2]] = (failure.page, len(failure.feeds))
    pages = {name: what for name, what in named.items() if what[0]}
    assert set(named) - set(pages) == {"atom-entry.xml", "rss-in-json.json"}
    assert {what[0] for what in pages.values()} == {"page"}
    assert pages["sixcolors-home.txt"][1]
    assert pages["weblog-home.txt"][1]


@pytest.mark.long
def test_no_document_of_the_corpus_that_is_a_feed_is_taken_for_a_page(shared: Path) -> None:
    for path in sorted((shared / "corpus" / "feeds").iterdir()):
        if not path.name.startswith("notfeed-"):
            assert isinstance(outcome_of(path.read_bytes(), url=URL), ParsedFeed), path.name


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        ("a<script>b</script>c", "a>c"),
        ("a<script>b<!--c-->d", "a>bd"),
        ("a<script>b<!--c", "a>b"),
        ("a<script>b<style>c</style>d<!--e-->f", "a>b>df"),
        ("a<style>b<script>c", "a>b>c"),
        ("a<!--b", "a"),
    ],
)
def test_06_elements_that_are_never_closed_are_passed_over(markup: str, left: str) -> None:
    assert without_elements(markup, "script", "style") == left
