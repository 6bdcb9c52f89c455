"""Read texts for the SQL shell: with editing, history and completion, or line by line on a terminal that can do nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Protocol

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.history import History
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output.defaults import create_output

from flows.cli.sql.shell.completion import Names, candidates
from flows.cli.sql.shell.typed import is_whole

PROMPT, MORE = "sql> ", "   … "


class Reader(Protocol):
    """Reads one text: a query or a command."""

    def read(self) -> str:
        """Return the text as it was typed.

        Raises:
            EOFError: Ctrl-D.
            KeyboardInterrupt: Ctrl-C.
        """
        ...


def reader(history: History, names: Callable[[], Names], words: Callable[[list[str]], Iterable[str] | None]) -> Reader:
    """Return what reads from this terminal.

    Args:
        names: gives the names that a query may use.
        words: gives what may follow the words of a command of the shell, and commands for none; None means a file.
    """
    if os.environ.get("TERM", "dumb") in ("dumb", "unknown", ""):
        return LineReader(history)
    return EditingReader(history, ShellCompleter(names, words))


class LineReader:
    """Reads line by line, for terminals without a cursor that can be moved."""

    def __init__(self, history: History) -> None:
        self._history = history

    def read(self) -> str:
        text = input(PROMPT)
        while not is_whole(text):
            text += "\n" + input(MORE)
        if text.strip():
            self._history.append_string(text)
        return text


class EditingReader:
    """Reads with prompt_toolkit. Enter runs what is whole, and begins a new line otherwise."""

    def __init__(self, history: History, completer: Completer) -> None:
        self._session: PromptSession[str] = PromptSession(
            history=history,
            completer=completer,
            complete_while_typing=False,
            multiline=True,
            prompt_continuation=MORE,
            key_bindings=_keys(),
            enable_history_search=True,
            enable_open_in_editor=True,
            output=create_output(always_prefer_tty=True),
        )

    def read(self) -> str:
        # Ctrl-C is a key here; a signal comes from the parent process only, see flows.cli.sql.watched
        return self._session.prompt(PROMPT, handle_sigint=False)


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.complete_state is not None and buffer.complete_state.current_completion is not None:
            buffer.complete_state = None
        elif is_whole(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.newline(copy_margin=False)

    @keys.add("escape", "enter")
    def _run(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    return keys


class ShellCompleter(Completer):
    """Completes queries and commands of the shell. See `reader` for the arguments."""

    def __init__(self, names: Callable[[], Names], words: Callable[[list[str]], Iterable[str] | None]) -> None:
        self._names, self._words = names, words
        self._files = PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        before = document.text_before_cursor
        if before.lstrip().startswith((".", "\\")) and "\n" not in before.strip():
            yield from self._of_command(before.lstrip(), complete_event)
            return
        for one in candidates(before, document.text_after_cursor, self._names()):
            yield Completion(one.text, -one.length, display_meta=one.meaning)

    def _of_command(self, line: str, complete_event: CompleteEvent) -> Iterable[Completion]:
        *earlier, word = line.split(" ")
        offered = self._words([one for one in earlier if one])
        if offered is None:
            yield from self._files.get_completions(Document(word), complete_event)
            return
        for name in offered:
            if name.startswith(word):
                yield Completion(name, -len(word))
