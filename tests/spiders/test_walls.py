"""Walls are told from their status, headers and markup; pages that write about them, or carry their scripts, are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from newslake.outcomes import Reason
from newslake.testing import Answer, Site
from spiders.sources import Source
from spiders.walls import wall
from tests.spiders.crawling import run_crawl

URL = "https://post.example/2026/04/harbour-opens"
PROSE = "<p>" + "The harbour opened a new berth for tankers on Monday and the ministry welcomed it. " * 12 + "</p>"

BOT_WALLS = [
    ("Cloudflare", 403, {"cf-mitigated": "challenge"}, ""),
    ("Cloudflare", 503, {}, "<title>Just a moment...</title><script>window._cf_chl_opt={cvId:'3'}</script>"),
    (
        "Cloudflare",
        403,
        {},
        "<title>Attention Required! | Cloudflare</title><div id='cf-error-details'>" + "<p>Sorry, you have been blocked</p>",
    ),
    ("DataDome", 403, {"x-datadome": "protected"}, ""),
    (
        "DataDome",
        200,
        {},
        "<script>var dd={'rt':'c','cid':'x'}</script><script src='https://ct.captcha-delivery.com/c.js'></script>",
    ),
    ("HUMAN", 403, {}, "<title>Access to this page has been denied</title><div id='px-captcha'></div>"),
    (
        "Akamai",
        403,
        {},
        "<TITLE>Access Denied</TITLE><p>You don't have permission</p>Reference&#32;&#35;18&#46;1<p>https://errors.edgesuite.net/18</p>",
    ),
    ("Akamai", 200, {}, "<html><script src='/_sec/cp_challenge/sec-4-4.js'></script><div id='sec-if-cpt-container'></div>"),
    (
        "Imperva",
        200,
        {},
        "<META NAME='robots' CONTENT='NOINDEX, NOFOLLOW'><iframe id='main-iframe' src='/_Incapsula_Resource?CWUD=1'>Request",
    ),
    ("AWS WAF", 202, {"x-amzn-waf-action": "challenge"}, ""),
    ("AWS WAF", 405, {}, "<script>window.gokuProps = {}</script><div id='challenge-container'></div>"),
    ("Kasada", 429, {"x-kpsdk-ct": "1"}, ""),
    ("Vercel", 429, {"x-vercel-mitigated": "challenge"}, ""),
    ("F5", 200, {}, "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected.</body></html>"),
    ("Anubis", 200, {}, "<title>Making sure you're not a bot!</title><script id='anubis_challenge'>{}</script>"),
    ("SiteGround", 202, {"sg-captcha": "challenge"}, "<meta http-equiv='refresh' content='0;/.well-known/sgcaptcha/?r=%2F'>"),
    ("DDoS-Guard", 403, {}, "<title>DDoS-Guard</title><p>Checking your browser before accessing</p>"),
    ("the site", 403, {}, "<title>Post</title><div class='g-recaptcha'></div>"),
    ("the site", 200, {}, "<title>Security check</title><p>Please verify you are human.</p>"),
    ("the site", 200, {}, "<html><body>Enable JavaScript and cookies to continue</body></html>"),
    ("the site", 200, {}, "<title>확인</title><p>로봇이 아닙니다</p>"),
    ("the site", 200, {}, "<html><script>document.cookie='__test='+toHex(slowAES.decrypt(c,2,a,b))</script></html>"),
]


@pytest.mark.parametrize(("maker", "status", "headers", "body"), BOT_WALLS)
def test_bot_walls(maker: str, status: int, headers: dict[str, str], body: str) -> None:
    found = wall(status, headers, body.encode(), URL, wanted="feed")
    assert found is not None and found.reason is Reason.BOT_WALL
    assert found.detail.startswith(f"bot wall: {maker} answers with a check for robots in place of the feed ({status} ")


@pytest.mark.parametrize("status", [202, 204])
def test_a_fine_status_without_content_is_a_wall(status: int) -> None:
    found = wall(status, {}, b" \n", URL)
    assert found and found.reason is Reason.BOT_WALL and found.detail.startswith(f"bot wall: {status} ")
    assert wall(200, {}, b"", URL) is None  # a page that is empty, which cleaning tells


@pytest.mark.parametrize(
    ("body", "url", "asked"),
    [
        ("<html><h1>Bevor Sie weiterlesen</h1>", "https://consent.post.example/collect?return=x", URL),
        ("<p>We use cookies.</p>", "https://post.example/cookie-wall?back=/2026", URL),
        ("<title>Before you continue</title><p>We use cookies. Accept all cookies?</p>", URL, URL),
        (
            "<script src='https://sdk.privacy-center.org/didomi.js'></script><p>Cookies: consent, accept, privacy.</p>",
            URL,
            URL,
        ),
    ],
)
def test_consent_walls(body: str, url: str, asked: str) -> None:
    found = wall(200, {}, body.encode(), url, asked=asked)
    assert found and found.reason is Reason.CONSENT_WALL and found.detail.startswith("consent wall: ")


def test_a_redirect_to_a_captcha_is_a_wall() -> None:
    found = wall(200, {}, b"<html>x</html>", "https://post.example/showcaptcha?x=1", asked=URL)
    assert found == (Reason.BOT_WALL, "bot wall: the site sends robots to post.example/showcaptcha in place of the page")


@pytest.mark.parametrize(
    "url",
    [
        "https://post.example/2026/captcha-is-dead",
        "https://post.example/gdpr-fine-for-cookies",
        "https://post.example/tech/consent/",
    ],
)
def test_a_redirect_to_an_article_about_them_is_none(url: str) -> None:
    body = f"<html><article><h1>Cookies and consent</h1>{PROSE}</article></html>".encode()
    assert wall(200, {}, body, url, asked="https://feeds.example/~r/post/1") is None


ARTICLE = "<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


@pytest.mark.parametrize(
    ("title", "head", "body"),
    [
        (
            "Cloudflare outage: just a moment of darkness",
            "",
            PROSE + "<p>Checking your browser, said Cloudflare; px-captcha, DataDome.</p>",
        ),
        (
            "Harbour opens",
            "<script>window.__CF$cv$params={};var a='/cdn-cgi/challenge-platform/scripts/jsd/main.js'</script>",
            PROSE,
        ),
        ("Harbour opens", "<script src='https://js.datadome.co/tags.js'></script><script>window._pxAppId='PX1'</script>", PROSE),
        (
            "Harbour opens",
            "",
            PROSE + "<form><div class='g-recaptcha'></div></form><script src='https://www.google.com/recaptcha/api.js'></script>",
        ),
        ("Harbour opens", "<script src='/_Incapsula_Resource?SWJIYLWA=1'></script>", PROSE),
        ("Are you a robot? A review", "", "<article><h1>Are you a robot?</h1><p>The play opens on Monday.</p></article>"),
        (
            "Harbour opens",
            "<script src='https://cdn.cookielaw.org/onetrust.js'></script>",
            PROSE + "<div>We use cookies. Accept</div>",
        ),
        (
            "Brief",
            '<meta property="og:type" content="article">',
            "<p>Cookies, cookies, cookies, consent and privacy in one line.</p>",
        ),
    ],
)
def test_pages_that_are_none(title: str, head: str, body: str) -> None:
    assert wall(200, {"server": "cloudflare"}, ARTICLE.format(title=title, head=head, body=body).encode(), URL, asked=URL) is None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, "<html><title>Not found</title><div class='g-recaptcha'></div></html>"),
        (403, "<html><title>403 Forbidden</title><p>Members only.</p></html>"),
        (500, "<html><title>Oops</title></html>"),
        (
            200,
            "<?xml version='1.0'?><rss><channel><item><title>Verify you are human</title></item></channel></rss>",
        ),
        (200, '{"version": "https://jsonfeed.org/version/1.1", "title": "Checking your browser", "items": []}'),
        (304, ""),
    ],
)
def test_answers_that_are_none(status: int, body: str) -> None:
    found = wall(status, {"x-datadome": "protected"} if status == 200 else {}, body.encode(), URL)
    assert found is None


CHALLENGE = b"<html><title>Just a moment...</title><script>window._cf_chl_opt={}</script></html>"


def test_walls_before_robots_txt_and_listings(tmp_path: Path) -> None:
    """One that answers 503 forbids all, and is named; one with a fine status is no set of rules, and no listing."""
    with Site() as strict, Site() as fine:
        strict.routes["/robots.txt"] = Answer(CHALLENGE, 503, {"Retry-After": "0"})
        strict.feed("/rss", "/2026/04/harbour")
        fine.routes["/robots.txt"] = Answer(CHALLENGE + b"\nUser-agent: *\nDisallow: /\n")
        for path in ("/rss", "/news.xml", "/world"):
            fine.routes[path] = Answer(CHALLENGE, headers={"ETag": '"wall"'})
        sources = [
            Source(name="strict", feeds=[f"{strict.url}/rss"]),
            Source(name="fine", feeds=[f"{fine.url}/rss"], sitemaps=[f"{fine.url}/news.xml"], sections=[f"{fine.url}/world"]),
        ]
        crawled = run_crawl(tmp_path, *sources)
        told = {one.url: crawled_end for one in crawled.found for crawled_end in crawled.ended if crawled_end.id == one.id}
    assert crawled.adds_up()
    end = told[f"{strict.url}/rss"]
    assert (end.outcome, end.reason) == ("robots", Reason.BOT_WALL)
    assert (end.detail or "").startswith("robots.txt answered bot wall: Cloudflare answers")
    for path, kind in (("/rss", "feed"), ("/news.xml", "sitemap"), ("/world", "section")):
        end = told[fine.url + path]
        assert (end.outcome, end.reason) == ("http-error", Reason.BOT_WALL)
        assert end.detail == f"bot wall: Cloudflare answers with a check for robots in place of the {kind} (200 OK)"
    assert "/" not in fine.paths()  # the home page is behind the same wall
