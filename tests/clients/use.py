"""What a caller in Python writes; it only has to pass the check of types."""

from __future__ import annotations

from fraudcheck_client import Answer, AsyncClient, CallFailed, Client, Lead, client_part, form_part

lead: Lead = {
    "email": "an.nguyen@gmail.com",
    "phone": None,
    "source": {"vendor": "acme", "price": {"amount": "12.50", "currency": "EUR"}},
    "client": client_part({"User-Agent": "Mozilla/5.0"}, ip="203.0.113.7"),
    "form": {**form_part({"fraudcheck": "mark"}), "fill_seconds": 41.7},
}


def call(client: Client) -> list[str]:
    answer: Answer = client.check({**lead, "shirt_size": "M"}, idempotency_key="form-1")
    if answer.verdict is None:
        return [answer.decision, answer.unchecked or "", str(answer.status)]
    try:
        kept = client.get(answer.verdict["check_id"])
        told = client.outcome(kept["check_id"], {"outcome": "returned", "reason": "invalid_phone"})
        client.outcome("", {"outcome": "returned", "reason": "because"})  # type: ignore[typeddict-item]
    except CallFailed as failed:
        return [failed.why]
    return [told["outcomes"][0]["outcome"], *(reason["code"] for reason in answer.verdict["reasons"])]


async def call_async(client: AsyncClient) -> int:
    answer = await client.check(lead)
    wrong: Lead = {"form": {"fill_seconds": "41"}}  # type: ignore[typeddict-item]
    return answer.verdict["trust_score"] if answer.verdict else len(wrong)
