"""Which lead is in what Google Ads sends of a lead form?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from fraudcheck.intake.forms import Delivery, FindColumns, FormLead, Platform, flat
from fraudcheck.intake.forms.payload import Named, first, form_lead, holder, pairs, rows, text

_KEY = "googlekey"
_KEPT = ("is_test", "api_version", "form_id", "campaign_id", "adgroup_id", "creative_id", "asset_group_id")
"""What is kept beside the answers, ids as text: they are longer than a program's number may be."""
_COLUMNS = {
    "FULL_NAME": "name",
    "FIRST_NAME": "first_name",
    "LAST_NAME": "last_name",
    "EMAIL": "email",
    "PHONE_NUMBER": "phone",
    "COMPANY_NAME": "company",
    "STREET_ADDRESS": "address",
    "POSTAL_CODE": "postal_code",
    "COUNTRY": "country",
}
_AT_WORK = {"WORK_EMAIL": "email", "WORK_PHONE": "phone", "WORK_PHONE_NUMBER": "phone"}
"""Columns that are the lead's contact where the form asks for no other."""


def read(delivery: Delivery, find_columns: FindColumns) -> FormLead:
    """See ``Platform.read``. Columns are told by their ids; a question of the advertiser's own keeps its words."""
    content = holder(delivery.content, "user_column_data")
    if content is None:  # a connector's own choice of fields
        plain = {name: value for name, value in pairs(delivery.content) if not _is_key(name)}
        return flat.read(msgspec.structs.replace(delivery, content=plain), find_columns)
    columns = {first(row.get("column_id")).upper(): row for row in rows(content.get("user_column_data"))}
    fields = {_COLUMNS[name]: row.get("string_value") for name, row in columns.items() if name in _COLUMNS}
    for name, field in _AT_WORK.items():
        if name in columns and not fields.get(field):
            fields[field] = columns.pop(name).get("string_value")
    number = text(content.get("lead_id"))
    known = {
        **fields,
        "source.campaign": text(content.get("campaign_id")),
        "source.sub_id": text(content.get("adgroup_id")) or text(content.get("asset_group_id")),
        "source.channel": "ppc",
        "source.click.gclid": text(content.get("gcl_id")),
        "submitted_at": content.get("lead_submit_time"),
        "google_lead_source": content.get("lead_source"),
        **{name: text(value) or value for name, value in pairs(content) if name in _KEPT},
    }
    return form_lead(_answers(content), find_columns, known, number)


def _answers(content: dict[str, Any]) -> Iterator[Named]:
    for row in rows(content.get("user_column_data")):
        name = text(row.get("column_id"))
        if name.upper() not in _COLUMNS:
            yield (text(row.get("column_name")) or name, name), row.get("string_value"), _AT_WORK.get(name.upper(), "")


def _is_key(name: str) -> bool:
    return name.replace("_", "").lower() == _KEY  # Google's own samples write Google_key as well


def key_in_body(content: Any) -> str:
    """See ``Platform.key_in_body``."""
    return first(*(value for name, value in pairs(content) if _is_key(name)))


PLATFORM = Platform(
    name="google",
    about="Lead forms of Google Ads",
    read=read,
    key_in_body=key_in_body,
    tries_again=True,
)
