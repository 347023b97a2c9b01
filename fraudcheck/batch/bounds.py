"""How much may a batch take? Rows, bytes unpacked, memory and disk, so that no file of leads can stop the machine.

A file of some hundred bytes may hold gigabytes of one repeated word. What a file says of itself is compared with the
bounds before it is read, what comes out of it is counted while it is read, and the memory limit is the last line: it
ends the process that needs more, and no other.
"""

from __future__ import annotations

from msgspec import Struct

from fraudcheck.settings import Settings

MAX_RATIO = 100
"""Bytes that one byte of a file may unpack to. Leads are packed to a fifth or a twentieth, hardly more."""
_FREE_OF_RATIO = 64 << 20
"""Bytes that may be unpacked whatever the ratio is: a small file of repeated leads harms nobody."""


class TooMuch(ValueError):
    """The file asks for more than a batch may take. The text says which bound, and what to do."""


class Bounds(Struct, frozen=True):
    """What a batch may take; None for no bound. ``memory`` is that of each of its processes, in bytes."""

    rows: int | None = None
    unpacked_bytes: int | None = None
    memory: int | None = None

    @classmethod
    def of(cls, settings: Settings) -> Bounds:
        """Those that the operator chose."""
        return cls(settings.batch_max_rows, settings.batch_max_unpacked_bytes, settings.batch_memory_bytes)

    def check_rows(self, rows: int, whose: str = "the file has") -> None:
        """Raises TooMuch if a batch may not have so many rows, blank ones included."""
        if self.rows is not None and rows > self.rows:
            raise TooMuch(f"{whose} more than {self.rows:,} rows, blank ones included: give it in parts")

    def check_unpacked(self, unpacked: int, packed: int) -> None:
        """Raises TooMuch if a file of ``packed`` bytes may not hold so many bytes."""
        if self.unpacked_bytes is None:
            return
        if unpacked > self.unpacked_bytes:
            raise TooMuch(f"the file unpacks to more than {self.unpacked_bytes:,} bytes: give it in parts")
        if unpacked > max(_FREE_OF_RATIO, MAX_RATIO * packed):
            raise TooMuch(
                f"the file unpacks to more than {MAX_RATIO} times its size, as no file of leads does: give it unpacked"
            )

    def out_of_memory(self) -> TooMuch:
        """What to say of a file that does not fit into the memory."""
        limit = f"the limit of {self.memory >> 20:,} MiB" if self.memory else "there is"
        return TooMuch(f"the file needs more memory than {limit}: give it in parts, or with less in a row")


UNBOUNDED = Bounds()
