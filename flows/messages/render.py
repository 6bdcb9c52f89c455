"""Write a message as HTML for mail readers, as Markdown or as plain text. Nothing of an article is markup in it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from html import escape

from flows.messages.letter import Item, Letter, Section
from newslake.text import cut, markdown, one_line

# Items of a section, and whether they are headlines alone, until a message is as short as its service wants it.
_FEWER = ((60, False), (30, False), (15, False), (8, False), (8, True), (4, True), (2, True), (1, True), (0, True))
# Mail readers drop style sheets; so each element says how it looks, and leaves all colours to the reader, light or dark.
_BODY = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.45;max-width:44em"
_DIM = "font-size:13px"
_H2 = "font-size:18px;margin:22px 0 6px"
_CODE = "font-family:Menlo,Consolas,monospace;font-size:12px"


def html_of(letter: Letter) -> str:
    """Return a message as simple HTML: without images, style sheets and scripts."""
    return f'<div style="{_BODY}">{"".join(_html(letter))}</div>'


def mail_of(letter: Letter) -> str:
    """Return the same as a whole page, for mail: it fits a phone, and may be shown dark."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"></head>'
        f"<body>{html_of(letter)}</body></html>"
    )


def markdown_of(letter: Letter) -> str:
    """Return a message as Markdown."""
    return "\n".join(_lines(letter, markdown, _link, lambda code: f"`{one_line(code).replace('`', '')}`", "### ")).strip() + "\n"


def plain_of(letter: Letter) -> str:
    """Return a message as plain text, with addresses below the headlines."""
    return "\n".join(_lines(letter, one_line, _two_lines, one_line, "")).strip() + "\n"


def fitted(letter: Letter, limit: int | None, write: Callable[[Letter], str]) -> str:
    """Return a message that a service takes as a whole: with as many items as it has room for."""
    text = write(letter)
    if limit is None or len(text) <= limit:
        return text
    for most, is_bare in _FEWER:
        text = write(_shortened(letter, most, is_bare=is_bare))
        if len(text) <= limit:
            return text
    bare = write(Letter("", cut(letter.summary, max(1, limit // 8)), foot=letter.foot[-1:]))
    return bare if len(bare) <= limit else cut(one_line(letter.summary), limit)


def _shortened(letter: Letter, most: int, *, is_bare: bool) -> Letter:
    return replace(letter, sections=tuple(_fewer(section, most, is_bare=is_bare) for section in letter.sections))


def _fewer(section: Section, most: int, *, is_bare: bool) -> Section:
    if is_bare:
        section = replace(section, items=tuple(replace(item, lines=(), code="") for item in section.items))
    left = len(section.items) - most
    if left <= 0:
        return section
    return replace(section, items=section.items[:most], more=f"And {left:,} more here. {section.more}".strip())


def _html(letter: Letter) -> Iterator[str]:
    yield f"<p>{_text(letter.summary)}</p>"
    for section in letter.sections:
        if section.heading:
            yield f'<h2 style="{_H2}" dir="auto">{_text(section.heading)}</h2>'
        if section.text:
            yield f'<p dir="auto">{_text(section.text)}</p>'
        if section.items:
            yield f'<ul style="padding-left:20px">{"".join(map(_html_item, section.items))}</ul>'
        if section.more:
            yield f'<p style="{_DIM}">{_text(section.more)}</p>'
    if letter.foot:
        yield f'<p style="{_DIM};margin-top:26px">{"<br>".join(map(_text, letter.foot))}</p>'


def _html_item(item: Item) -> str:
    title = _text(item.text)
    if _is_web(item.url):
        title = f'<a href="{escape(one_line(item.url))}">{title}</a>'
    lines = "".join(f'<br><span style="{_DIM}" dir="auto">{_text(line)}</span>' for line in item.lines if line)
    code = f'<br><code style="{_CODE}">{_text(item.code)}</code>' if item.code else ""
    return f'<li style="margin:0 0 9px" dir="auto">{title}{lines}{code}</li>'


def _text(text: str) -> str:
    return escape(one_line(text))


def _lines(
    letter: Letter,
    text: Callable[[str], str],
    linked: Callable[[str, str], tuple[str, ...]],
    code: Callable[[str], str],
    head: str,
) -> Iterator[str]:
    yield text(letter.summary)
    for section in letter.sections:
        if section.heading:
            yield from ("", f"{head}{text(section.heading)}")
        if section.text:
            yield from ("", text(section.text))
        if section.items:
            yield ""
        for item in section.items:
            first, *others = linked(item.text, item.url)
            yield f"- {first}"
            yield from (f"  {line}" for line in others)
            yield from (f"  {text(line)}" for line in item.lines if line)
            if item.code:
                yield f"  {code(item.code)}"
        if section.more:
            yield from ("", text(section.more))
    if letter.foot:
        yield ""
        for line in letter.foot:
            yield f"{text(line)}  "


def _link(title: str, url: str) -> tuple[str, ...]:
    return (f"[{markdown(title)}]({_target(url)})",) if _is_web(url) else (markdown(title),)


def _two_lines(title: str, url: str) -> tuple[str, ...]:
    return (one_line(title), one_line(url)) if url else (one_line(title),)


def _is_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def _target(url: str) -> str:
    """Return an address that ends no link of Markdown."""
    for char, code in ((" ", "%20"), ("(", "%28"), (")", "%29"), ("<", "%3C"), (">", "%3E")):
        url = url.replace(char, code)
    return one_line(url)
