"""Who may ask, and what a browser may do with the page: answers go to this page only, and the page asks nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from dash import Dash

LARGEST_REQUEST = 1_000_000
"""Bytes."""
HERE = ("127.0.0.1", "localhost", "::1")


def guard(app: Dash, hosts: Sequence[str] = ()) -> None:
    """Refuse requests under a foreign name or from a foreign page, and tell browsers to load nothing from elsewhere.

    A page of another site could otherwise have its visitors' browsers start runs here; with a name of its own that leads to this
    machine it could read the answers, too.
    """
    from flask import Response, abort, request

    server: Any = app.server
    names = {*HERE, *hosts}
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    policy = _policy(app)

    def check() -> None:
        if _name(f"//{request.host}") not in names:
            abort(403, "this page is not served under that name")
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.host:
            abort(403, "pages of other sites may not ask here")

    def tell(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    server.before_request(check)
    server.after_request(tell)


def _name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _policy(app: Dash) -> str:
    """Return the content security policy: own scripts, and those that Dash writes into the page, by their hash."""
    scripts = " ".join(_hashes(app))
    return (
        f"default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _hashes(app: Any) -> list[str]:
    return list(app.csp_hashes())
