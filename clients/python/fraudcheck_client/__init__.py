"""A client of fraudcheck for form backends: one call, a limit of time, and a form that never breaks because of it."""

from fraudcheck_client.client import Answer, AsyncClient, CallFailed, Client, Why
from fraudcheck_client.parts import client_part, form_part
from fraudcheck_client.types import CheckVerdict, KeptCheck, Lead, LeadOutcomes, ProblemDocument, ToldOutcome

__all__ = [
    "Answer",
    "AsyncClient",
    "CallFailed",
    "CheckVerdict",
    "Client",
    "KeptCheck",
    "Lead",
    "LeadOutcomes",
    "ProblemDocument",
    "ToldOutcome",
    "Why",
    "client_part",
    "form_part",
]
