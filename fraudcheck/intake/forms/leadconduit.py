"""Which lead is in a call in the form of LeadConduit's own submissions? Dotted names, in a form, JSON or XML."""

from __future__ import annotations

from fraudcheck.intake.forms import Platform
from fraudcheck.intake.forms.flat import read

PLATFORM = Platform(
    name="leadconduit",
    about="LeadConduit, or whoever submits leads in its form",
    read=read,
    tries_again=True,  # 502 to 504, by ActiveProspect's documents
)
