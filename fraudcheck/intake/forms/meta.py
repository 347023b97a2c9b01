"""Which lead is in what Meta's lead ads give: in the Graph API's object, or a row of a connector or an export?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fraudcheck.intake.body import Unreadable
from fraudcheck.intake.forms import Delivery, FindColumns, FormLead, Platform
from fraudcheck.intake.forms.payload import Named, at, first, form_lead, pairs, rows, text
from fraudcheck.intake.forms.signatures import bears, hex_hmac

_PREFIXED = re.compile(r"(?:l|ag|as|c|f):\s?(?=\d)")
"""What Meta's exports write before ids."""
_PHONE = re.compile(r"p:\s?(?=\+|(?:\d\D?){7})")
"""What they write before a phone."""
_AROUND = ("value", "data", "lead", "leads", "body", "payload", "entry", "changes")
"""Names of objects and lists around a lead, in Meta's own answers and in those of connectors."""
_OF_ADS = (
    *("id", "created_time", "ad_id", "ad_name", "adset_id", "adset_name", "campaign_id", "campaign_name", "form_id"),
    *("form_name", "is_organic", "platform"),
)
"""What Meta tells of a lead beside its answers."""
_NO_ANSWERS = frozenset([*_OF_ADS, "leadgen_id", "page_id", "adgroup_id", "time", "object", "field"])
_OF_A_ROW = ("created_time", "campaign_name", "form_id", "leadgen_id")
_DEEPEST = 6
_ONLY_ID = (
    "Meta's own webhook names a lead and does not hold it. Let Zapier, Make or n8n fetch it, or fetch it yourself by "
    "its leadgen_id from the Graph API, and send what you get"
)
_SEVERAL = "this holds several leads: send each one by itself"


def read(delivery: Delivery, find_columns: FindColumns) -> FormLead:
    """See ``Platform.read``. The ad set, which chooses who sees the ad and where, is the lead's sub-id."""
    lead = _found(delivery.content)
    told = {name: _PREFIXED.sub("", text(lead.get(name))) for name in _OF_ADS}
    number = told["id"] or first(lead.get("leadgen_id"))
    known = {
        "source.campaign": told.pop("campaign_name") or told["campaign_id"],
        "source.sub_id": told.pop("adset_name") or told["adset_id"],
        "source.channel": "social",
        "source.click.utm_source": _answer(lead, "utm_source") or told["platform"],
        "source.click.lead_id": number,
        "submitted_at": lead.get("created_time"),
        "is_organic": lead.get("is_organic"),
        **{name: value for name, value in told.items() if name not in ("id", "created_time", "is_organic")},
    }
    return form_lead(_answers(lead), find_columns, known, number)


def _answers(lead: dict[str, Any]) -> Iterator[Named]:
    for question in rows(lead.get("field_data")) + rows(lead.get("custom_disclaimer_responses")):
        values = question.get("values", question.get("value", question.get("is_checked")))
        values = values if isinstance(values, list) else [values]
        yield (text(question.get("name")) or text(question.get("checkbox_key")),), [*map(_without_prefix, values)], ""
    if not isinstance(lead.get("field_data"), list):
        for name, value in pairs(lead):
            if name not in _NO_ANSWERS:
                yield (name,), _without_prefix(value), ""


def _without_prefix(value: Any) -> Any:
    return _PHONE.sub("", value, count=1) if isinstance(value, str) and _PHONE.match(value) else value


def _answer(lead: dict[str, Any], name: str) -> str:
    """What a question of this name was answered, as hidden fields are."""
    return next((first(at(row, "values", 0)) for row in rows(lead.get("field_data")) if row.get("name") == name), "")


def _found(content: Any) -> dict[str, Any]:
    """The one lead in a delivery, whatever it is wrapped in. Raises Unreadable."""
    leads = [*_leads(content, 0)]
    if len(leads) > 1:
        raise Unreadable(_SEVERAL)
    if leads:
        return leads[0]
    if "leadgen" in str(content)[:2_000]:
        raise Unreadable(_ONLY_ID)
    return content if isinstance(content, dict) else {}


def _leads(content: Any, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(content, list) and depth < _DEEPEST:
        for each in content[:100]:
            yield from _leads(each, depth + 1)
    elif isinstance(content, dict) and depth < _DEEPEST:
        inner = [content[name] for name in _AROUND if isinstance(content.get(name), dict | list)]
        if isinstance(content.get("field_data"), list):
            yield content
        elif inner:
            for each in inner:
                yield from _leads(each, depth + 1)
        elif any(name in content for name in _OF_A_ROW) and not content.keys() <= _NO_ANSWERS:
            yield content


def is_signed(delivery: Delivery, secret: str, now: float) -> bool:
    """See ``Platform.is_signed``. The secret is the Meta app's, and the signature has no time."""
    del now
    return bears(delivery.headers.get("x-hub-signature-256", ""), [hex_hmac(secret, delivery.body)], "sha256=")


PLATFORM = Platform(
    name="meta",
    about="Lead ads of Facebook and Instagram: the Graph API's lead, or a row of a connector or an export",
    read=read,
    is_signed=is_signed,
)
