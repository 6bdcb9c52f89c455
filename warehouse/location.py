"""Define the location of the warehouse: the `[warehouse]` table of the watchlist."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator

Kind = Literal["sqlite", "postgres", "file"]

SQLITE = "ducklake:sqlite:"
POSTGRES = "ducklake:postgres:"
FORMS = f"write '{SQLITE}PATH', '{POSTGRES}CONNECTION' or 'PATH.duckdb'"


class Location(BaseModel):
    """A DuckDB ATTACH target: DuckLake on SQLite (the default), DuckLake on PostgreSQL, or one plain DuckDB file.

    `data` is the folder or object-store prefix of the Parquet files of DuckLake; a plain file does not use it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    catalog: str = Field(f"{SQLITE}data/catalog.sqlite", description="DuckLake catalog, or one plain .duckdb file")
    data: str = Field("data/lake", description="folder or s3:// prefix of DuckLake's Parquet files")
    copy_window: int = Field(21, ge=1, le=3650, description="days between two articles within which copies are looked for")
    names: bool = Field(True, description="look for names of people, organisations, places and vessels in each article")
    events: bool = Field(True, description="look for reports of one event in different stories and languages")

    _base: Path | None = PrivateAttr(None)

    @field_validator("catalog")
    @classmethod
    def _is_known_form(cls, catalog: str) -> str:
        if catalog.startswith((SQLITE, POSTGRES)):
            if not catalog.split(":", 2)[2].strip():
                raise ValueError(f"{catalog!r} names no database: {FORMS}")
        elif ":" in catalog or not catalog.endswith(".duckdb"):
            # This includes ducklake:FILE.duckdb, a catalog that would lock readers out, which DuckLake is used to avoid.
            raise ValueError(f"{catalog!r} is not a catalog: {FORMS}")
        elif catalog == ".duckdb":
            raise ValueError(f"{catalog!r} names no file: {FORMS}")
        return catalog

    @field_validator("data")
    @classmethod
    def _is_a_folder_or_bucket(cls, data: str) -> str:
        if not data.strip():
            raise ValueError("name a folder or an s3:// prefix")
        if "://" in data and not data.startswith(("s3://", "gs://", "r2://")):
            raise ValueError(f"{data!r} is neither a folder nor an s3://, gs:// or r2:// prefix")
        return data

    @property
    def kind(self) -> Kind:
        if self.catalog.startswith(SQLITE):
            return "sqlite"
        return "postgres" if self.catalog.startswith(POSTGRES) else "file"

    @property
    def is_lake(self) -> bool:
        return self.kind != "file"

    @property
    def remote_data(self) -> bool:
        return "://" in self.data

    @property
    def file(self) -> Path | None:
        """The file of the catalog; None for PostgreSQL."""
        return None if self.kind == "postgres" else Path(self.catalog.removeprefix(SQLITE))

    @property
    def connection(self) -> str:
        """The connection string or URL of PostgreSQL."""
        return self.catalog.removeprefix(POSTGRES)

    @property
    def home(self) -> Path | None:
        """The folder for files about the warehouse: that of the catalog, of the data folder, or `data` beside the watchlist.

        None where there is neither and the watchlist is unknown.
        """
        if self.file is not None:
            return self.file.parent
        if not self.remote_data:
            return Path(self.data).parent
        return self._base / "data" if self._base else None

    @property
    def home_in_project(self) -> str:
        """The path of `home` from the folder of the watchlist, with a slash at its end; from its parent if that is unknown."""
        home = self.home
        assert home is not None
        within = home.relative_to(self._base if self._base and home.is_relative_to(self._base) else home.parent)
        return f"{within.as_posix()}/" if within.parts else ""

    @property
    def unusable(self) -> tuple[str, str] | None:
        """The key whose path DuckDB cannot use, with the reason in words; None if it can use both."""
        if self.kind == "file" and "?" in self.catalog:
            return "catalog", f"DuckDB cannot write to {self.catalog}: there is a ? in its path; use '{SQLITE}PATH' there"
        if self.is_lake and not self.remote_data and "\\" in self.data:
            return "data", f"DuckLake cannot write to {self.data}: there is a backslash in its path"
        return None

    def __str__(self) -> str:
        # A connection string may contain a password.
        return "the PostgreSQL catalog" if self.kind == "postgres" else str(self.file)

    @property
    def in_words(self) -> str:
        """The warehouse, as a sentence names it."""
        return f"the warehouse {'in ' if self.kind == 'postgres' else ''}{self}"

    def resolved(self, base: Path) -> Location:
        """Return the location with absolute paths; relative paths are relative to `base`, the folder of the watchlist."""
        catalog = self.catalog
        if self.file is not None:
            prefix = SQLITE if self.kind == "sqlite" else ""
            catalog = prefix + str((base / self.file.expanduser()).resolve())
        data = self.data if self.remote_data else str((base / Path(self.data).expanduser()).resolve())
        resolved = self.model_copy(update={"catalog": catalog, "data": data})
        resolved._base = base
        return resolved
