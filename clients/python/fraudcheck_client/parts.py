"""Which parts of a lead does a form's request hold? What the page measured, and what the browser says of itself."""

from __future__ import annotations

from collections.abc import Mapping

from fraudcheck_client.types import Client, Form

FIELD = "fraudcheck"
"""The name of the hidden field that the script ``/form.js`` fills in."""


def form_part(fields: Mapping[str, object]) -> Form:
    """``form`` of a lead, from the fields that were posted; empty where the script did not run."""
    mark = fields.get(FIELD)
    return {"token": mark} if isinstance(mark, str) and mark else {}


def client_part(headers: Mapping[str, str], *, ip: str | None = None) -> Client:
    """``client`` of a lead, from the request's headers.

    ``ip`` is the browser's address as your own server knows it; behind a proxy that is not the connection's. The page
    with the form is the ``Referer`` of the request that posts it. What a browser does not send is left out.
    """
    given = {str(name).lower(): value for name, value in headers.items()}
    part: Client = {}
    if ip:
        part["ip"] = ip
    if "user-agent" in given:
        part["user_agent"] = given["user-agent"]
    if "accept-language" in given:
        part["accept_language"] = given["accept-language"]
    if "referer" in given:
        part["page_url"] = given["referer"]
    return part
