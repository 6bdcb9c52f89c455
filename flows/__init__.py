"""Combine crawling, cleaning and the warehouse into what an analyst asks for: a collection, a backfill, upkeep.

    collect, recover, reclean, backfill, maintain   the work itself, as plain functions
    orchestrate, orchestration                      the same as Prefect flows, and the Prefect server they run on
    serve, schedule, serving                        when to collect, and the process that does
    watchlist, topics                               what to watch, and which articles to keep
    clean, refine, archives, runs                   the stages from a captured page to a row
    reports, cli, demo                              what people see

This package imports none of its modules, so that each loads only what it needs.
"""

__all__ = [
    "archives",
    "backfill",
    "clean",
    "cli",
    "collect",
    "demo",
    "maintain",
    "orchestrate",
    "orchestration",
    "reclean",
    "recover",
    "refine",
    "reports",
    "runs",
    "schedule",
    "serve",
    "serving",
    "topics",
    "watchlist",
]
