"""Read the structured data of a page: its JSON-LD objects, the one that is its article, and its microdata."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flows.clean.drawn.article import embedded_article
from flows.clean.page import Page
from flows.clean.structured.graph import Graph
from flows.clean.structured.json_ld import read_scripts
from flows.clean.structured.main_object import Identity, article_node, page_node
from flows.clean.structured.microdata import microdata
from flows.clean.structured.values import Node, clean_text, first_text, listed, texts, types
from flows.clean.words import fold

__all__ = [
    "Node",
    "StructuredData",
    "clean_text",
    "first_text",
    "fold",
    "listed",
    "read_data",
    "texts",
    "types",
]

# Objects that stand on a page for its outlet.
_OUTLETS = ("website", "organization", "newsmediaorganization")


@dataclass(frozen=True, slots=True)
class StructuredData:
    """What the data of a page say; {} if there is none.

    `nodes` are all JSON-LD objects, `article` is the one of the article with its references followed, `page` that of the page
    itself, and `micro` the article's microdata. Facts of the article are taken from the last three only: the other objects are
    other things. `publishers` are values that name the outlet. `drawn` are the keys of `article` whose values do not come from
    JSON-LD, but from the data by which a script draws the page.
    """

    nodes: list[Node]
    article: Node
    page: Node
    micro: Node
    publishers: list[Any]
    drawn: frozenset[str] = frozenset()

    def told(self, origin: str, *keys: str) -> str:
        """Return the origin of a field, with "page-data" for "json-ld" where the data of a script gave the value.

        Args:
            keys: the keys of `article` from which the field is taken; the first that has a value counts.
        """
        where, space, more = origin.partition(" ")
        key = next((key for key in keys if self.article.get(key)), None)
        return f"page-data{space}{more}" if where == "json-ld" and key in self.drawn else origin


def read_data(page: Page) -> StructuredData:
    """Read all structured data of a page."""
    graph, identity = Graph(read_scripts(page), page.base), Identity(page)
    standing = [node for node in graph.nodes if not graph.is_listed(node)]
    publishers = [graph.follow(node["publisher"], "publisher") for node in standing if "publisher" in node]
    publishers += [node.get("name") for node in standing if any(kind in _OUTLETS for kind in types(node))]
    of_page = page_node(graph, identity)
    nodes, article, keys = graph.nodes, article_node(graph, identity, of_page), frozenset[str]()
    if not article.get("articleBody") and (drawn := embedded_article(page, _names(page, article))):
        stated = {key: value for key, value in article.items() if value}
        nodes, article, keys = [*nodes, drawn], drawn | stated, frozenset(drawn.keys() - stated.keys())
    return StructuredData(nodes, article, of_page, microdata(page, identity), publishers, keys)


def _names(page: Page, article: Node) -> tuple[str | None, ...]:
    """Return what a page says that it is called."""
    return first_text(article.get("headline")), page.meta("og:title"), page.title
