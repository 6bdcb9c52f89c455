"""The warehouse: DuckDB tables, loads and read access.

    records, location          what a row is; where the warehouse is
    database                   connections, transactions, lock, schema
    similarity                 which articles are copies of one another
    load                       load(writer, batch)
    upgrade                    bring_up_to_date
    read, query, export        what programs read; SQL of users; the corpus as one file
    maintain                   upkeep of the files
    migrations, views, sql     the schema and the statements, as SQL files

This package imports none of its modules, so that `warehouse.records` needs no DuckDB. Imports run one way:
load, similarity, database, records.
"""

__all__ = ["database", "export", "load", "location", "maintain", "query", "read", "records", "similarity", "upgrade"]
