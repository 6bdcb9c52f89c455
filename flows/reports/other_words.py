"""Say which command is meant by a word that is none: a slip of the keys, or what other programs call it."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from newslake.errors import UsageError

__all__ = ["OTHER_WORDS", "unknown_command"]

# What users type, with the command as they should have typed it.
OTHER_WORDS = {
    **dict.fromkeys(("read", "view", "open", "article", "text", "get"), "show ARTICLE"),
    **dict.fromkeys(("html", "capture", "archive", "original"), "page ARTICLE"),
    **dict.fromkeys(("tag", "annotate", "comment", "notes"), 'note ARTICLE "…" --tag TAG'),
    **dict.fromkeys(("edits", "changes", "revisions", "compare", "history"), "diff ARTICLE"),
    **dict.fromkeys(("quote", "citation", "reference", "bibtex"), "cite ARTICLE"),
    **dict.fromkeys(("find", "grep"), "search 'QUERY'"),
    **dict.fromkeys(("query", "shell", "ask", "select", "db"), "sql"),
    **dict.fromkeys(
        ("chart", "plot", "graph", "draw"), 'sql --chart line --output chart.svg "SELECT day, topic, articles FROM timeline"'
    ),
    **dict.fromkeys(("csv", "excel", "xlsx", "download", "dump"), "export FILE"),
    **dict.fromkeys(("tables", "columns", "describe"), "schema"),
    **dict.fromkeys(("news", "latest", "recent", "unread"), "new"),
    **dict.fromkeys(("report", "digest", "summary", "newsletter"), "brief --since 7d --out week.html"),
    **dict.fromkeys(("notify", "spikes", "spike"), "alerts"),
    **dict.fromkeys(("ui", "web", "gui", "browse", "browser", "dashboard"), "explore"),
    **dict.fromkeys(("fetch", "url"), "add URL"),
    **dict.fromkeys(("collect", "crawl", "scrape", "update"), "run"),
    **dict.fromkeys(("start", "watch", "schedule", "daemon"), "serve"),
    **dict.fromkeys(("health", "feeds", "outlets"), "sources"),
    **dict.fromkeys(("validate", "test", "lint"), "check"),
    **dict.fromkeys(("import", "load", "warc"), "backfill FILES"),
    **dict.fromkeys(("delete", "remove", "rm"), "forget WHAT"),
    **dict.fromkeys(("opml",), "init --opml LIST"),
    "version": "--version",
}


def unknown_command(word: str, names: Collection[str]) -> UsageError:
    """Return the error for a word that is no command, with the command that is probably meant.

    Args:
        names: of all commands.
    """
    asked = word.lower()
    if (meant := OTHER_WORDS.get(asked)) is None:
        near = get_close_matches(asked, [*names, *OTHER_WORDS], n=1, cutoff=0.7)
        meant = OTHER_WORDS.get(near[0], near[0]) if near else None
    return UsageError(
        f"there is no command {word!r}",
        left="nothing was run",
        next=f"newslake {meant}; newslake --help  lists all commands" if meant else "newslake --help  lists all commands",
    )
