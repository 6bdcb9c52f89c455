"""Write the list of all files in CONTRIBUTING.md from what each says of itself: `python docs/generate_contributing.py`."""

from __future__ import annotations

import ast
import re
from itertools import takewhile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "CONTRIBUTING.md"
BEGIN, END = "<!-- files -->\n", "<!-- /files -->"
TOP = ("newslake", "spiders", "flows", "warehouse", "benchmarks")
# What a folder is for, where no `__init__.py` says so.
FOLDERS = {
    "flows": "The stages of the data, and the six verbs that run them.",
    "flows/demo/articles": "The invented articles of the sample site, by outlet.",
    "flows/brief/templates": "The page of a brief, and its body, which stands in a page of the explorer, too.",
    "flows/explore/templates": "The pages of the explorer, one for each module of `flows/explore/pages/`, and what they share.",
    "flows/pages/templates": "What all pages share: their style, and parts such as links and times.",
    "flows/demo/templates": "The pages, feeds and sitemaps of the sample site, by outlet.",
    "warehouse/migrations": "Changes of tables, in order, each applied once. Comments of tables and columns are here too.",
    "warehouse/sql": "Every statement longer than a few lines. The first line names the temporary tables that it needs.",
    "warehouse/macros": "The macros, one file each, replaced when their text changes: questions that take an argument.",
    "warehouse/views": "The views, one file each, replaced when their text changes.",
    "benchmarks/corpora/events/held_out": "Invented events that are only measured: no threshold, word or rule comes from them.",
    "benchmarks/corpora/events/tuning": "Invented events in four languages, to tune on; the README above says what an event is.",
    "benchmarks/sql": "Questions that the benchmarks ask of a warehouse.",
}
# Files whose first comment does not say it.
SAID = {
    "flows/watchlist/template.toml": "The commented watchlist that `newslake init` writes.",
    "warehouse/migrations/0002_views.sql": "Created views once; they are in `warehouse/views` now.",
    "warehouse/migrations/0003_source_health.sql": "The same.",
    "warehouse/migrations/0004_source_health_visits.sql": "The same.",
    "benchmarks/unattended/clock.c": "A clock that can be put forward, for one process and all that it starts.",
}
MANY = ("flows/demo/articles", "flows/demo/templates", "flows/explore/templates")


def packages() -> list[Path]:
    """Return the folders of the code, each before those inside it."""
    found = [folder for top in TOP for folder in sorted([ROOT / top, *(ROOT / top).rglob("*")]) if folder.is_dir()]
    return [folder for folder in found if _files(folder) and folder.name != "__pycache__"]


def purpose(file: Path) -> str:
    """Return the first paragraph of a module's docstring, or the first comment of a data file; "" if there is none."""
    if said := SAID.get(file.relative_to(ROOT).as_posix()):
        return said
    text = file.read_text("utf-8")
    if file.suffix == ".py":
        said = (ast.get_docstring(ast.parse(text)) or "").partition("\n\n")[0]
    elif file.parent.name in ("views", "macros"):
        said = "".join(re.findall(r"COMMENT ON (?:VIEW|MACRO) \w+ IS '([^']*)", text)[:1])
    else:
        comment = re.match(r"(?:(?:--|#|/?\*| \*).*\n)*", text)
        lines = [re.sub(r"^(--|#|/?\*| \*)+ ?", "", line) for line in comment[0].splitlines()] if comment else []
        said = " ".join(takewhile(bool, (line.strip() for line in lines if not line.startswith("needs:"))))
    if file.suffix != ".py":
        said = re.split(r"(?<=\.) (?=\w)", said.strip())[0].rstrip(":")
    return re.sub(r"\s+", " ", said).replace("|", "\\|")


def described(folder: Path) -> str:
    """Return what a folder is for, in one line."""
    name = folder.relative_to(ROOT).as_posix()
    init = folder / "__init__.py"
    return (purpose(init) if init.exists() else "") or FOLDERS.get(name, "")


def files_markdown() -> str:
    """Return the list of folders and files, as it stands between the marks."""
    parts = []
    for folder in packages():
        name = folder.relative_to(ROOT).as_posix()
        lines = [f"#### `{name}/`", "", described(folder), ""]
        if name not in MANY:
            rows = [f"| `{file.name}` | {purpose(file)} |" for file in _files(folder) if file.name != "__init__.py"]
            lines += ["| file | purpose |", "| --- | --- |", *rows, ""] if rows else []
        parts.append("\n".join(lines))
    return "\n" + "\n".join(parts)


def contributing() -> str:
    """Return CONTRIBUTING.md with its list of files brought up to date."""
    head, _, rest = FILE.read_text("utf-8").partition(BEGIN)
    return head + BEGIN + files_markdown() + END + rest.partition(END)[2]


def _files(folder: Path) -> list[Path]:
    kinds = {".py", ".sql", ".toml", ".c"} if folder.name not in ("articles", "templates") else None
    held = folder.rglob("*") if kinds is None else folder.iterdir()
    return sorted(file for file in held if file.is_file() and (kinds is None or file.suffix in kinds))


if __name__ == "__main__":
    FILE.write_text(contributing(), "utf-8")
