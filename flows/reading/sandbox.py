"""Wrap a page of the web so that a browser shows it and neither runs nor loads anything. Pure."""

from __future__ import annotations

from html import escape

# Only what is in the page itself: its own styles, and images and fonts that it carries with it.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "font-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
_STYLE = """html, body { margin: 0; height: 100%; font: 14px/1.4 system-ui, sans-serif }
body { display: flex; flex-direction: column } iframe { border: 0; flex: 1; background: #fff }
p { margin: 0; padding: .4em .8em; background: #222; color: #eee; overflow-wrap: anywhere }"""


def sandboxed(page: str, said: str) -> str:
    """Return an HTML page that shows another one in a frame without scripts, forms, windows and the network.

    A policy alone does not stop a page from leading elsewhere (meta refresh); a frame with an empty `sandbox` does.

    Args:
        page: the HTML to show.
        said: a line to show above it.
    """
    return (
        '<!doctype html><html><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}"><meta name="referrer" content="no-referrer">'
        f"<title>{escape(said)}</title><style>{_STYLE}</style></head><body><p>{escape(said)}</p>"
        f'<iframe sandbox="" referrerpolicy="no-referrer" srcdoc="{escape(page)}"></iframe></body></html>\n'
    )
