"""Pages that only lead elsewhere are told from pages that refresh themselves, ask who reads them, or are drawn by scripts."""

from __future__ import annotations

import pytest

from spiders.urls.leads import leads_to

URL = "https://example.com/go/1"
STORY = "<p>" + "The tanker left the harbour of Rason on Friday with coal. " * 10


@pytest.mark.parametrize(
    "page",
    [
        "<meta http-equiv='refresh' content='0; url=/news/1'>",
        '<META HTTP-EQUIV=Refresh CONTENT="3;URL=\'/news/1\'"><a href="/news/1">Click here</a>',
        "<meta content='0;https://example.com/news/1' http-equiv=\"refresh\">",
        "<!-- old: <meta http-equiv=refresh content='0;url=/old'> --><meta http-equiv=refresh content='1, url=/news/1'>",
        "<script>location.href = '/news/1';</script>",
        '<script>window.location.replace("https:\\/\\/example.com\\/news\\/1")</script><noscript><a href="/x">go</a></noscript>',
        "<script>setTimeout(function () { top.location = '/news/1' }, 500)</script>Please wait …",
        "<body onload=\"location.href='/news/1'\"></body>",
    ],
)
def test_a_page_that_shows_nothing_leads_on(page: str) -> None:
    assert leads_to(page, URL) == "https://example.com/news/1"


@pytest.mark.parametrize(
    "page",
    [
        f"<meta http-equiv='refresh' content='0; url=/news/1'>{STORY}",
        "<meta http-equiv='refresh' content='300; url=/news/1'>",
        "<meta http-equiv='refresh' content='0'>",
        f"<meta http-equiv='refresh' content='0; url={URL}'>",
        "<meta http-equiv='refresh' content='0; url=javascript:go()'>",
        "<noscript><meta http-equiv='refresh' content='0; url=/nojs'></noscript><div id=app></div>",
        "<div id=root></div><script>if (/Mobi/.test(navigator.userAgent)) location.href='/m'</script>",
        "<div id=root></div><script>document.cookie='a=1'; location.href='/news/1'</script>",
        "<div id=root></div><script>location.href='/login'</script><script src='/app.js'></script>",
        "<meta http-equiv='refresh' content='0; url=/x'>" + "<a href='/1'>News</a>" * 20,
        "<frameset><frame src='/main.html'></frameset><script>location.href='/top'</script>",
        "<script>var url = location.href</script>",
        "",
    ],
)
def test_any_other_page_leads_nowhere(page: str) -> None:
    assert leads_to(page, URL) is None
