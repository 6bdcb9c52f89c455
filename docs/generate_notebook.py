"""Run the cells of docs/notebook.ipynb on a demo corpus and store their output: `python docs/generate_notebook.py FOLDER`.

FOLDER holds `demo-data`, as `newslake demo` makes it. Jupyter is not needed.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).resolve().parent / "notebook.ipynb"


def outputs_of(notebook: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Run the code cells in order, as Jupyter would. Yield the source of each, and what it prints and evaluates to."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        tree = ast.parse(source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(tree, "notebook", "exec"), names)
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), "notebook", "eval"), names)
                if value is not None:
                    print(repr(value).rstrip())
        yield source, printed.getvalue()


def main(folder: str) -> None:
    """Store the outputs in the notebook."""
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    os.chdir(folder)
    outputs = [output for _, output in outputs_of(notebook)]
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, (cell, output) in enumerate(zip(cells, outputs, strict=True), start=1):
        cell["execution_count"] = number
        lines = output.splitlines(keepends=True)
        cell["outputs"] = [{"name": "stdout", "output_type": "stream", "text": lines}] if lines else []
    NOTEBOOK.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
