"""The warehouse: DuckDB tables, load and read access. Doors, each in its own module:

    location   Location              the `[warehouse]` table of the watchlist
    records    RunBatch, …           what a row is; pure data
    connect    open_writer, open_reader
    load       load(writer, batch)
    read       known_urls, recent_texts, repeated_lines, describe, sources_health
    query      run ad-hoc SQL that can only read
    export     export

This module imports none of them, so that `warehouse.records` needs no DuckDB.
"""
