"""How does a FastAPI form ask fraudcheck before it thanks the visitor?

pip install fastapi uvicorn httpx python-multipart
uvicorn app:app
"""

from __future__ import annotations

import asyncio
import json
import os
from html import escape
from pathlib import Path
from typing import Annotated

import httpx
from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel

SERVICE = os.environ.get("FRAUDCHECK_URL", "http://127.0.0.1:8080")
KEY = os.environ.get("FRAUDCHECK_KEY", "")  # a secret: it stays on your server
SITE_KEY = os.environ.get("FRAUDCHECK_SITE_KEY", "")  # public: it stands in the page
LEADS = Path(os.environ.get("LEADS", "leads.ndjson"))  # in the place of your database

FORM = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Contact</title>
<script src="{escape(SERVICE)}/form.js" data-site="{escape(SITE_KEY)}" async></script>
<form method="post" data-fraudcheck>
  <p><label>Name <input name="name" autocomplete="name"></label></p>
  <p><label>Mail <input name="email" type="email" autocomplete="email" required></label></p>
  <p><label>Phone <input name="phone" type="tel" autocomplete="tel"></label></p>
  <p><label>Message <textarea name="message"></textarea></label></p>
  <p><button>Send</button></p>
</form>
"""

app = FastAPI()
service = httpx.AsyncClient(base_url=SERVICE, headers={"Authorization": f"Bearer {KEY}"} if KEY else {})


class Sent(BaseModel):
    """The form's fields; the last is what form.js put there."""

    name: str = ""
    email: str = ""
    phone: str = ""
    message: str = ""
    fraudcheck: str | None = None


async def judge(lead):
    """The verdict on a lead; an empty one where there is none within a second: then a person decides."""
    try:
        async with asyncio.timeout(1):
            answer = await service.post("/v1/checks", json=lead)
        return dict(answer.raise_for_status().json())
    except (TimeoutError, httpx.HTTPError, TypeError, ValueError):
        return {}


def keep(lead):
    with LEADS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(lead) + "\n")


@app.get("/contact", response_class=HTMLResponse)
async def show():
    return FORM


@app.post("/contact")
async def send(request: Request, sent: Annotated[Sent, Form()]):
    contact = sent.model_dump(exclude={"fraudcheck"})
    client = {
        "ip": request.client and request.client.host,  # behind proxies: uvicorn --forwarded-allow-ips THEIR_ADDRESSES
        "user_agent": request.headers.get("User-Agent"),
        "accept_language": request.headers.get("Accept-Language"),
        "page_url": str(request.url),
    }
    lead = {**contact, "source": {"vendor": "website"}, "client": client, "form": {"token": sent.fraudcheck}}
    verdict = await judge(lead)
    kept = {**contact, "check_id": verdict.get("check_id"), "decision": verdict.get("decision", "review")}
    await asyncio.to_thread(keep, kept)
    return RedirectResponse("/thanks", 303)  # the same for every verdict: a bot must not learn from it


@app.get("/thanks", response_class=HTMLResponse)
async def thanks():
    return "Thank you. We will be in touch."
