"""Read HTTP messages as leniently as browsers do, from the network and from archives alike. Pure.

    read_message(block)      a whole response: head, chunks, content coding. For the HTTP block of a WARC record.
    ChunkedBody              a chunked body that arrives in pieces. For the crawl.
    unpacked(body, codings)  undoes gzip, deflate, br and zstd, also where the header is missing or names another one.
    page_type(declared, body), is_text(body)    what a body is: by its header, else by its bytes (WHATWG MIME Sniffing).
    retry_after(values)      when a server wants to be asked again.

What is accepted beyond the standard:

- head: bare LF and mixed line ends, blank lines before it, spaces before the colon, folded values, lines without a colon (which
  are skipped), a missing reason phrase, no blank line before an empty body, blank lines before a compressed or chunked body;
- chunks: sizes padded with blanks, tabs or zeros, extensions, bare LF, blank lines between chunks, no CRLF after the last chunk,
  no last chunk, a `Transfer-Encoding` header that stayed behind on a body that was stored decoded;
- content coding: none declared, another declared than used, several layers, a header that stayed behind, raw deflate, several
  gzip members, wrong gzip checksums, garbage after the end.
"""

from newslake.http.chunks import ChunkedBody, unchunked
from newslake.http.coding import CodingError, Incomplete, TooLarge, codings_of, gunzipped, unpacked
from newslake.http.media_type import MediaType, is_text, page_type
from newslake.http.message import Message, NotHTTP, read_message
from newslake.http.retry_after import retry_after

__all__ = [
    "ChunkedBody",
    "CodingError",
    "Incomplete",
    "MediaType",
    "Message",
    "NotHTTP",
    "TooLarge",
    "codings_of",
    "gunzipped",
    "is_text",
    "page_type",
    "read_message",
    "retry_after",
    "unchunked",
    "unpacked",
]
