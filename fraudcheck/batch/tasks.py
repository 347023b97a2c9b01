"""Which tasks is a batch cut into? Each is small plain data, so that another process or machine can do it.

A task reads whole files of the batch's folder and writes one more, with the same bytes whenever and wherever it is
done.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct


class ReadSlice(Struct, frozen=True, tag="read"):
    """Read the leads of a slice of the input."""

    number: int

    def __str__(self) -> str:
        return f"read {self.number}"


class ReadPast(Struct, frozen=True, tag="past"):
    """Read the leads of a file of the ledger's records, to count them before those of the input."""

    number: int

    def __str__(self) -> str:
        return f"past {self.number}"


class CountShare(Struct, frozen=True, tag="count"):
    """Count, over all leads, the identities of one kind that fall into one share."""

    kind: str
    share: int

    def __str__(self) -> str:
        return f"count {self.kind} {self.share}"


class JudgeSlice(Struct, frozen=True, tag="judge"):
    """Judge the leads of a slice of the input."""

    number: int

    def __str__(self) -> str:
        return f"judge {self.number}"


class RejudgeSlice(Struct, frozen=True, tag="again"):
    """Judge a slice of the ledger's leads again, from the facts that were kept with them."""

    number: int

    def __str__(self) -> str:
        return f"again {self.number}"


Task = ReadSlice | ReadPast | CountShare | JudgeSlice | RejudgeSlice


def encode_task(task: Task) -> str:
    """The task as JSON."""
    return msgspec.json.encode(task).decode()


def decode_task(encoded: str) -> Task:
    """The task that ``encode_task`` was given. A function, because Daft cannot send a msgspec decoder to processes."""
    task: Task = msgspec.json.decode(encoded, type=Task)
    return task
