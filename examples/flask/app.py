"""How does a Flask form ask fraudcheck before it thanks the visitor?

pip install flask requests
flask --app app run
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import requests
from flask import Flask, redirect, render_template_string, request, url_for
from werkzeug.middleware.proxy_fix import ProxyFix

SERVICE = os.environ.get("FRAUDCHECK_URL", "http://127.0.0.1:8080")
KEY = os.environ.get("FRAUDCHECK_KEY", "")  # a secret: it stays on your server
SITE_KEY = os.environ.get("FRAUDCHECK_SITE_KEY", "")  # public: it stands in the page
PROXIES = int(os.environ.get("PROXIES", "0"))  # how many of your own proxies stand before this program
LEADS = Path(os.environ.get("LEADS", "leads.ndjson"))  # in the place of your database

FORM = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Contact</title>
<script src="{{ service }}/form.js" data-site="{{ site_key }}" async></script>
<form method="post" data-fraudcheck>
  <p><label>Name <input name="name" autocomplete="name"></label></p>
  <p><label>Mail <input name="email" type="email" autocomplete="email" required></label></p>
  <p><label>Phone <input name="phone" type="tel" autocomplete="tel"></label></p>
  <p><label>Message <textarea name="message"></textarea></label></p>
  <p><button>Send</button></p>
</form>
"""

app = Flask(__name__)
app.wsgi_app = ProxyFix(app.wsgi_app, x_for=PROXIES, x_proto=PROXIES)


def judge(lead):
    """The verdict on a lead; an empty one where there is none within a second: then a person decides."""
    try:
        headers = {"Authorization": f"Bearer {KEY}"}
        answer = requests.post(f"{SERVICE}/v1/checks", json=lead, headers=headers, timeout=1)
        answer.raise_for_status()
        return dict(answer.json())
    except (requests.RequestException, TypeError, ValueError):
        return {}


@app.get("/contact")
def show():
    return render_template_string(FORM, service=SERVICE, site_key=SITE_KEY)


@app.post("/contact")
def send():
    contact = {name: request.form.get(name) for name in ("name", "email", "phone", "message")}
    client = {
        "ip": request.remote_addr,
        "user_agent": request.headers.get("User-Agent"),
        "accept_language": request.headers.get("Accept-Language"),
        "page_url": request.url,
    }
    form = {"token": request.form.get("fraudcheck")}  # what form.js put into the form
    verdict = judge({**contact, "source": {"vendor": "website"}, "client": client, "form": form})
    kept = {**contact, "check_id": verdict.get("check_id"), "decision": verdict.get("decision", "review")}
    with LEADS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(kept) + "\n")
    return redirect(url_for("thanks"), 303)  # the same for every verdict: a bot must not learn from it


@app.get("/thanks")
def thanks():
    return "Thank you. We will be in touch."
