"""What is a signal? One file of this folder, which declares itself as ``SIGNAL``; the registry finds it there.

A signal gathers facts about one thing, judges facts that were kept, and may measure them for the model of ordinary
leads. What it says are reason codes of the catalogue (``fraudcheck.reasons``) whose ``check`` is its name.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec import Struct

from fraudcheck.counting.windows import Seen
from fraudcheck.ports import Ports
from fraudcheck.reasons import CATALOGUE
from fraudcheck.records import Facts, Finding, Lead, Subject


class Signal(Struct, frozen=True, kw_only=True):
    """How the pipeline uses a signal, and what the docs say of it.

    ``name`` is its file's name, its facts' key and the name that ``unknown`` uses; ``order`` its place in verdicts.
    ``about`` is what it judges, as part of a sentence; ``looks_at`` and ``cannot_know`` are for the docs.

    One of three says how it finds its facts out: ``gather`` from the lead and from lists in memory, without waiting;
    ``look_up`` from elsewhere, awaited, and under way at once if it gives a future; ``from_counts`` from what was
    counted of earlier leads, by kind of identity. Each gives None where the lead gave nothing to look at, and may raise
    ``ports.Unavailable``.

    ``facts`` is the TypedDict of what it keeps; keys that only older versions had are in it or named beside it.
    ``judge`` reads facts of every version and gives findings; ``measure`` gives numbers for the model by name, and
    leaves out what it does not know; None where there is nothing to measure.

    ``in_every_record`` is for signals of the first release: a record that lacks their facts is incomplete, while a
    record that lacks a later signal's is older than it. ``once_under`` is the key that older records keep them under.
    """

    name: str
    order: int
    about: str
    facts: type
    looks_at: str
    cannot_know: str
    gather: Callable[[Subject, Ports], Facts | None] | None = None
    look_up: Callable[[Subject, Ports], Awaitable[Facts | None] | None] | None = None
    from_counts: Callable[[Subject, Ports, Mapping[str, Seen]], Facts | None] | None = None
    judge: Callable[[Lead, Any], list[Finding]]
    measure: Callable[[Lead, Any], Mapping[str, float]] | None = None
    in_every_record: bool = False
    once_under: str | None = None

    @property
    def reasons(self) -> frozenset[str]:
        """The codes that it may say."""
        return frozenset(code for code, reason in CATALOGUE.items() if reason.check == self.name)
