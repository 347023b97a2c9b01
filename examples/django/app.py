"""How does a Django form ask fraudcheck before it thanks the visitor?

pip install django requests
python app.py runserver
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import requests
from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.management.utils import get_random_secret_key
from django.http import HttpResponse
from django.template import engines
from django.urls import path

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
  {% csrf_token %}
  <p><label>Name <input name="name" autocomplete="name"></label></p>
  <p><label>Mail <input name="email" type="email" autocomplete="email" required></label></p>
  <p><label>Phone <input name="phone" type="tel" autocomplete="tel"></label></p>
  <p><label>Message <textarea name="message"></textarea></label></p>
  <p><button>Send</button></p>
</form>
"""

settings.configure(
    ALLOWED_HOSTS=["localhost", "127.0.0.1"],  # and yours
    SECRET_KEY=os.environ.get("DJANGO_SECRET_KEY") or get_random_secret_key(),
    ROOT_URLCONF=__name__,
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)


def judge(lead):
    """The verdict on a lead; an empty one where there is none within a second: then a person decides."""
    try:
        headers = {"Authorization": f"Bearer {KEY}"}
        answer = requests.post(f"{SERVICE}/v1/checks", json=lead, headers=headers, timeout=1)
        answer.raise_for_status()
        return dict(answer.json())
    except (requests.RequestException, TypeError, ValueError):
        return {}


def address(request):
    """The visitor's address. Of ``X-Forwarded-For`` only what your own proxies added can be believed."""
    added = request.headers.get("X-Forwarded-For", "").split(",")
    return added[-PROXIES].strip() if 0 < PROXIES <= len(added) else request.META["REMOTE_ADDR"]


def contact(request):
    """The form, and what becomes of it."""
    if request.method != "POST":
        page = engines["django"].from_string(FORM)
        return HttpResponse(page.render({"service": SERVICE, "site_key": SITE_KEY}, request))
    lead = {name: request.POST.get(name) for name in ("name", "email", "phone", "message")}
    client = {
        "ip": address(request),
        "user_agent": request.headers.get("User-Agent"),
        "accept_language": request.headers.get("Accept-Language"),
        "page_url": request.build_absolute_uri(),
    }
    form = {"token": request.POST.get("fraudcheck")}  # what form.js put into the form
    verdict = judge({**lead, "source": {"vendor": "website"}, "client": client, "form": form})
    kept = {**lead, "check_id": verdict.get("check_id"), "decision": verdict.get("decision", "review")}
    with LEADS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(kept) + "\n")
    return HttpResponse(status=303, headers={"Location": "/thanks"})  # for every verdict: a bot must not learn from it


def thanks(request):
    """What every visitor reads."""
    return HttpResponse("Thank you. We will be in touch.")


urlpatterns = [path("contact", contact), path("thanks", thanks)]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
