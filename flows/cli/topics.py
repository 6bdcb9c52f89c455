"""The command `newslake topics`: lists the articles of each topic, and tries other queries."""

from __future__ import annotations

import heapq
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.text import Text

from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, errors, output, plain, print_json, say, table
from flows.reading.times import minute, published_day
from flows.reports.next_step import config_option, or_demo
from flows.search.called import Called, articles_of, called, same_name
from flows.search.moments import MOMENTS, moment
from flows.search.restrict import MOST, unknown_names
from flows.topics import Matcher, Node, TopicMatch, parse_query
from flows.topics.operators import operator_hints
from flows.watchlist import Watchlist, load_watchlist
from newslake.errors import QueryError, WarehouseMissing
from newslake.text import counted, cut

if TYPE_CHECKING:
    import duckdb

    from warehouse.records import CorpusArticle, TopicCount

commands = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]}, rich_markup_mode="rich")
SHOWN = 300  # characters of a query in the table
ONE_LINE = 60  # characters of a query in a command to try
NOW = "query"  # stands for the tried query where a topic's name is expected


@commands.callback(invoke_without_command=True)
def topics(context: typer.Context, config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """List the topics, with how many articles of the corpus each selects, and the saved searches. `topics try` tries any query.

    An article that lost a topic's words in an edit still counts, and is counted again as edited away.

    Example: [bold]newslake topics try '"North Korea" AND coal'[/]
    """
    if context.invoked_subcommand is not None:
        return
    watchlist = load_watchlist(config)
    known = _known(watchlist)
    rows = _rows(watchlist, known or _Known({}, {}))
    if as_json:
        print_json(rows)
        return
    _show_topics(watchlist, [row for row in rows if not row["saved_search"]], is_there=known is not None)
    if searches := [_search_row(row) for row in rows if row["saved_search"]]:
        output.print(table(("saved search", "articles", "query"), searches))


class _Known(NamedTuple):
    """What the warehouse knows, by name: the counts of topics, and the saved searches with what they find."""

    counts: dict[str, TopicCount]
    searches: dict[str, _Search]


class _Search(NamedTuple):
    """A saved search: its query and how many articles it finds, at most if that is not `exact`; None if it cannot be read."""

    query: str
    articles: int | None
    exact: bool


def _known(watchlist: Watchlist) -> _Known | None:
    """Return what the warehouse knows, or None if there is none yet."""
    from warehouse.database.connect import open_reader
    from warehouse.read import topic_counts
    from warehouse.search.saved import saved_searches

    try:
        with open_reader(watchlist.warehouse) as con:
            return _Known(topic_counts(con), _searches(con, saved_searches(con)))
    except WarehouseMissing:
        return None


def _searches(con: duckdb.DuckDBPyConnection, queries: dict[str, str]) -> dict[str, _Search]:
    from flows.search.search import Searcher

    searcher = Searcher(con)
    found = {}
    for name, query in queries.items():
        try:
            node = parse_query(query, is_search=True)
            result = searcher.search(node, limit=1)  # a count that needs no text, which would take long
        except QueryError:
            found[name] = _Search(query, None, exact=False)
        else:
            found[name] = _Search(query, result.total, result.exact)
    return found


def _rows(watchlist: Watchlist, known: _Known) -> list[dict[str, Any]]:
    """Return a row per topic, those of the watchlist in order and those that only the warehouse has, and per saved search."""
    from flows.topics.prefilter import prefilter_of

    unfiltered = prefilter_of(watchlist.topics).unfiltered
    ours = {topic.name: topic for topic in watchlist.topics}
    rows = []
    for name in [*ours, *(name for name in known.counts if name not in ours)]:
        topic, found = ours.get(name), known.counts.get(name)
        rows.append(
            {
                "topic": name,
                "on_watchlist": topic is not None,
                "saved_search": False,
                "articles": found.articles if found else 0,
                "exact": True,
                "edited_away": found.earlier if found else 0,
                "newest": found.newest if found else None,
                "share_in_title": round(found.in_title / found.articles, 3) if found else None,
                "has_literal": name not in unfiltered if topic else None,
                "description": topic.description if topic else None,
                "query": topic.query.text if topic else None,
            }
        )
    nothing = dict.fromkeys(rows[0]) if rows else {}
    taken = set(map(same_name, known.counts))
    rows += [
        nothing
        | {"topic": name, "on_watchlist": False, "saved_search": True, "answers": same_name(name) not in taken}
        | {"articles": saved.articles, "exact": saved.exact, "edited_away": 0, "query": saved.query}
        for name, saved in known.searches.items()
    ]
    return rows


def _search_row(row: dict[str, Any]) -> tuple[str, object, str]:
    """Return what a table shows of a saved search."""
    if row["articles"] is None:
        count: object = "its query cannot be read"
    else:
        count = row["articles"] if row["exact"] else f"at most {row['articles']}"
    query = cut(" ".join(row["query"].split()), SHOWN)
    return row["topic"], count, query if row["answers"] else f"{query} (not used: the topic of this name answers)"


def _show_topics(watchlist: Watchlist, rows: list[dict[str, Any]], *, is_there: bool) -> None:
    shown = [
        (
            row["topic"],
            row["articles"],
            row["edited_away"] or "·",
            minute(row["newest"], watchlist.zone) if row["newest"] else "",
            "" if row["share_in_title"] is None else f"{row['share_in_title']:.0%}",
            cut(" ".join(row["query"].split()), SHOWN) if row["on_watchlist"] else "(no longer on the watchlist)",
        )
        for row in rows
    ]
    output.print(table(("topic", "articles", "edited away", f"newest ({watchlist.zone.key})", "in title", "query"), shown))
    for row in rows:
        if row["has_literal"] is False:
            say(
                f"[bold]{escape(row['topic'])}[/] has no word that every article of it must have:"
                " nothing can be passed over unread for any topic."
            )
    if not is_there:
        say(f"There is no warehouse yet: nothing was collected.\n\nNext: {or_demo('newslake run')}")
        return
    gone = [row["topic"] for row in rows if not row["on_watchlist"]]
    if gone:
        say(
            f"No longer on the watchlist: {escape(', '.join(gone))}."
            f" `newslake reclean{config_option()}` takes their matches away."
        )
    if any(row["on_watchlist"] and not row["articles"] for row in rows):
        say(f"A topic that is new or was edited selects among kept captures with `newslake reclean{config_option()}`.")
    say(f"\nNext: newslake topics try '{escape(_example(watchlist))}'")


def _example(watchlist: Watchlist) -> str:
    """Return a query to try that fits on a line: the shortest of the watchlist, or a general one."""
    queries = [" ".join(topic.query.text.split()) for topic in watchlist.topics]
    short = [query for query in queries if len(query) <= ONE_LINE and "'" not in query]
    return min(short, key=len, default='"North Korea" AND coal')


@dataclass(frozen=True, slots=True)
class _Hit:
    article: CorpusArticle
    match: TopicMatch
    had: bool  # the topic has the article


@dataclass(slots=True)
class _Tried:
    """What a query found in the corpus. `had` counts hits that the topic has, `lost` the topic's articles that are not hits."""

    hits: list[_Hit]  # the best, best first
    looked_at: int = 0
    matches: int = 0
    had: int = 0
    lost: int = 0


@commands.command("try")
def try_query(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="A query as a topic has it, in quotes.")],
    config: Config = DEFAULT_CONFIG,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, max=MOST, help="Show so many of the best.")] = 10,
    since: Annotated[
        str | None, typer.Option("--since", metavar="MOMENT", help=f"Only articles published then or later: {MOMENTS}.")
    ] = None,
    topic: Annotated[
        str | None, typer.Option("--topic", "-t", help="Say which of them this topic or saved search already has.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what a query would select in the existing corpus, best first. Loads and changes nothing.

    Example: [bold]newslake topics try '"North Korea" AND coal' --topic trade-and-oil --limit 20[/]
    """
    # `newslake topics --config FILE try …` means the same as `newslake topics try … --config FILE`
    above = context.parent.params if context.parent else {}
    given = context.get_parameter_source("config")
    if given is None or given.name == "DEFAULT":  # compared by name, because typer bundles its own click
        config = above.get("config", config)
    as_json = as_json or bool(above.get("as_json"))
    from warehouse.database.connect import open_reader

    try:
        parsed = [(NOW, parse_query(query))]
    except QueryError as error:
        raise QueryError(error.happened, position=error.position, next="correct the query, then try again") from None
    hints = operator_hints(query)
    for hint in hints:
        errors.print(f"[yellow]Hint:[/] {escape(plain(hint))}", highlight=False, soft_wrap=True)
    watchlist = load_watchlist(config)
    begin = moment(since, "--since", watchlist.schedule.timezone, datetime.now(UTC)) if since else None
    with open_reader(watchlist.warehouse) as con, errors.status("reading the corpus …"):
        named = called(watchlist, con, [topic] if topic else [], "nothing was read")
        for remark in unknown_names(con, parsed[0][1], watchlist):
            errors.print(f"[yellow]Note:[/] {escape(plain(remark))}", highlight=False, soft_wrap=True)
        tried = _try(con, parsed, limit, begin, named)
        if not tried.matches and not begin:
            _tell_wider(con, parsed[0][1])
    if as_json:
        print_json(_as_data(query, topic, tried) | {"hints": [asdict(hint) for hint in hints]})
    else:
        _show_tried(tried, topic, watchlist.zone)


def _try(
    con: duckdb.DuckDBPyConnection, parsed: list[tuple[str, Node]], limit: int, since: datetime | None, named: Called
) -> _Tried:
    """Match the query article by article, keeping only the best hits."""
    from flows.cli.search.show import tell, warn_of_missing
    from flows.topics.prefilter import Prefilter
    from warehouse.read import corpus_articles
    from warehouse.search.tags import known_sources

    # The tags that the warehouse knows, as in a search.
    matcher, prefilter = Matcher(parsed, known_sources(con)), Prefilter(parsed)
    tried = _Tried([])
    best: list[tuple[float, float, int, _Hit]] = []
    order = count()  # breaks ties, because hits cannot be compared
    for note in named.notes:
        tell(note)
    if named.searches:
        warn_of_missing(con)
    selected = articles_of(con, named.searches)
    for article in corpus_articles(con, next(iter(named.topics), None), since):
        tried.looked_at += 1
        had = article.has_topic or article.article_id in selected
        could = prefilter.may_match_text(f"{article.title}\n{article.text}")  # takes a twentieth of the time of matching
        found = matcher.match(article.title, article.text, article.language, article.source) if could else []
        if not found:
            tried.lost += had
            continue
        tried.matches += 1
        tried.had += had
        date = article.published_at.timestamp() if article.published_at else 0.0
        heapq.heappush(best, (found[0].score, date, next(order), _Hit(article, found[0], had)))
        if len(best) > limit:
            heapq.heappop(best)
    tried.hits = [hit for *_, hit in sorted(best, key=lambda each: each[:3], reverse=True)]
    return tried


def _tell_wider(con: duckdb.DuckDBPyConnection, node: Node) -> None:
    from flows.cli.search.show import tell_wider
    from flows.search.search import Searcher

    tell_wider(Searcher(con), node)


def _as_data(query: str, topic: str | None, tried: _Tried) -> dict[str, Any]:
    hits = [
        {
            "article_id": hit.article.article_id,
            "url": hit.article.url,
            "source": hit.article.source,
            "title": hit.article.title,
            "published_at": hit.article.published_at,
            "score": hit.match.score,
            "in_title": hit.match.in_title,
            "terms": hit.match.terms,
            "snippet": hit.match.snippet,
            **({"has_topic": hit.had} if topic else {}),
        }
        for hit in tried.hits
    ]
    compared = {"topic": topic, "matches_of_topic": tried.had, "topic_without_match": tried.lost} if topic else {}
    return {"query": query, "articles": tried.looked_at, "matches": tried.matches, **compared, "hits": hits}


def _show_tried(tried: _Tried, topic: str | None, zone: ZoneInfo) -> None:
    for hit in tried.hits:
        article, match = hit.article, hit.match
        day = published_day(article.published_at, article.published_precision, zone) if article.published_at else "no date   "
        head = Text.assemble(f"{match.score:.2f}  {day}  {plain(article.source)}  ", (plain(article.title), "bold"))
        if topic:
            head.append(f"  (in {topic})" if hit.had else f"  (not in {topic})", "green" if hit.had else "yellow")
        output.print(head, soft_wrap=True, highlight=False)
        output.print(Text(f"      terms: {plain(match.terms)}"), soft_wrap=True, highlight=False)
        output.print(Text(f"      {plain(match.snippet)}\n"), soft_wrap=True, highlight=False)
    shown = "the best one is" if len(tried.hits) == 1 else f"the best {len(tried.hits):,} are"
    more = f"; {shown} shown" if len(tried.hits) < tried.matches else ""
    verb = "matches" if tried.matches == 1 else "match"
    say(f"[bold]{tried.matches}[/] of {counted(tried.looked_at, 'article')} {verb}{more}.")
    if topic:
        say(
            f"{escape(topic)} has {tried.had} of them already,"
            f" and {counted(tried.lost, 'article')} that this query does not match."
            if tried.had or tried.lost
            else f"{escape(topic)} has no article yet."
        )


def add_to(app: typer.Typer) -> None:
    app.add_typer(commands, name="topics")
