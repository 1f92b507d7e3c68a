"""The whole page: head, table of contents, one study after another, and several studies side by side."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ...analysis.languages import TAGS, current, say
from ..tables import StudyTables
from . import beside
from .elements import Markup, element, text
from .sections import Section, question_of, sections

GENERATOR = "cocreate-sim report"
"""By this a report is known again: no other file is ever replaced by one."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def page(studies: Sequence[StudyTables], remake: str) -> str:
    """Return the report as one HTML document that needs nothing else: no file, no font, no network."""
    one = len(studies) == 1
    title = question_of(studies[0]) if one else say("{n} studies side by side", n=len(studies))
    every = [sections(study, f"s{place}", remake) for place, study in enumerate(studies, 1)]
    parts: list[Markup] = []
    contents: list[Markup] = []
    if not one:
        parts.append(_section("beside", Section("beside", say("Side by side"), beside.side_by_side(studies)), "h2"))
        contents.append(_link("beside", say("Side by side")))
    for place, (study, found) in enumerate(zip(studies, every, strict=True), 1):
        prefix = f"s{place}"
        if not one:
            heading = say("Study {n}: {question}", n=place, question=question_of(study))
            parts.append(element("h2", heading, id=prefix))
            contents.append(_link(prefix, heading))
        parts += [_section(f"{prefix}-{part.name}", part, "h2" if one else "h3") for part in found]
        contents += [_link(f"{prefix}-{part.name}", part.heading) for part in found] if one else []
    body = element(
        "body",
        element("a", say("Skip to the content"), href="#content", class_="skip"),
        element(
            "header",
            element("h1", title),
            element("p", say("A report of cocreate-sim, a simulation of grassroots governance."), class_="meta"),
        ),
        element("nav", element("ol", *contents), aria_label=say("Contents")),
        element("main", *parts, id="content"),
        element("footer", element("p", _colophon())),
        element("script", Markup(_asset("page.js"))),
    )
    return f"<!DOCTYPE html>\n{element('html', _head(title), body, lang=TAGS[current()])}\n"


def _head(title: str) -> Markup:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="generator", content=GENERATOR),
        element("title", title),
        element("style", Markup(_asset("page.css"))),
    )


def _section(identity: str, part: Section, level: str) -> Markup:
    heading = f"{identity}-heading"
    return element("section", element(level, part.heading, id=heading), part.content, id=identity, aria_labelledby=heading)


def _link(identity: str, words: str) -> Markup:
    return element("li", element("a", words, href=f"#{identity}"))


def _colophon() -> Markup:
    try:
        made_by = version("cocreate-sim")
    except PackageNotFoundError:  # a source tree that is not installed
        made_by = ""
    return text(say("Made by cocreate-sim {version}. This file needs no network and sends nothing.", version=made_by))


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
