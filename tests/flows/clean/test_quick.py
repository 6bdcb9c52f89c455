"""The quick searches select what trafilatura's own expressions select."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html
from trafilatura import xpaths

from flows.clean.body.quick import BY_TURNS, TOGETHER, Quick, hasten
from flows.clean.page import read_page
from newslake.testing import golden_pages

hasten()
SEARCHES = [search for name in (*TOGETHER, *BY_TURNS) for search in getattr(xpaths, name)]
# What tests read: each attribute by itself, their order, the case of letters, what stands below, and characters that XML has not.
ODD = """<body><div id="cookie" class="a"><p>1</p></div><div class="a" id="cookie">2</div><div class="x" id="reply-3">3</div>
<div class="Main-Content">4</div><div data-lp-replacement-content>5</div><section class="infinite-scroll"><h1>6</h1></section>
<section class="infinite-scroll">7</section><div id="mvp-post-add-box"><h1>8</h1></div><o:p style="display: none">9</o:p>

<p class="teaser&#xfffe;">10</p><p class="TEASER">11</p><main>12</main>
<article class="post">13</article><b aria-hidden="true">14</b>
<div role="Navigation">15</div><div class="x" itemprop="articleBody">16</div>
<ol class="comments">17</ol><ol id="disqus_thread">18</ol><p class="x-caption">19</p></body>"""


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: str(search.expressions[0].path.split()[0])[:40])
def test_a_quick_search_finds_what_the_expressions_find(search: Quick) -> None:
    pages = [page.folder / "page.html" for page in golden_pages(Path(__file__).parent / "golden")][::8]
    found = 0
    for tree in (html.fromstring(ODD), *(read_page("https://a.example/", Path(page).read_bytes(), None).tree for page in pages)):
        wanted = [one for expression in search.expressions for one in expression(tree)]
        quick = search(tree)
        assert set(quick) == set(wanted[:1] if search in xpaths.BODY_XPATH else wanted)
        found += len(quick)
    assert found
