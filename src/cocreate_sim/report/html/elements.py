"""HTML that cannot be broken into: every text is escaped when it becomes part of a page, whoever wrote it."""

from __future__ import annotations

import re
from html import escape

_VOID = frozenset({"meta", "link", "br", "hr", "col", "input"})
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


class Markup(str):
    """HTML that is ready to stand in a page; any other text is escaped before it does."""

    __slots__ = ()


def text(content: object) -> Markup:
    """Return a text that shows as it is written, whatever it holds; characters that HTML does not allow are shown as a mark."""
    if isinstance(content, Markup):
        return content
    return Markup(escape(_UNSAFE.sub("\N{REPLACEMENT CHARACTER}", str(content)), quote=True))


def element(tag: str, /, *children: object, **attributes: object) -> Markup:
    """Return one element; ``class_`` and ``data_value`` stand for ``class`` and ``data-value``, nothing leaves an attribute out.

    Examples
    --------
    ``element("p", "a < b", class_="note")`` is ``<p class="note">a &lt; b</p>``.
    """
    told = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{text(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if tag in _VOID:
        return Markup(f"<{tag}{told}>")
    return Markup(f"<{tag}{told}>{''.join(text(child) for child in children)}</{tag}>")


def together(*pieces: object) -> Markup:
    """Put pieces one after another, escaping those that are plain text."""
    return Markup("".join(text(piece) for piece in pieces))


def listed(items: list[str] | list[Markup], ordered: bool = False) -> Markup:
    """Return a list of paragraphs."""
    return element("ol" if ordered else "ul", *(element("li", item) for item in items))
