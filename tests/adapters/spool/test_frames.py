"""A spool file that is damaged costs the records that the damage touches, and gives no record that never was."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraudcheck.adapters.spool.frames import SpooledArtefact, SpooledEntry, encode, frames, names_in, without_personal
from tests.adapters.sql.test_ledger import made

ENTRIES = {entry.check_id: entry for entry in (made(n, key=str(n), digest="d") for n in range(100))}
WHOLE = b"".join(encode(SpooledEntry(entry)) for entry in ENTRIES.values())
FRAMES = list(frames(WHOLE))


def read(content):
    """The check ids that can be read; each entry is as it was written, but that a restored one has no key."""
    ids = []
    for frame in frames(content):
        if frame.item is not None:
            written, entry = ENTRIES[frame.item.entry.check_id], frame.item.entry
            assert (entry.record, entry.personal, entry.identities) == (
                written.record,
                written.personal,
                written.identities,
            )
            assert entry.idempotency in (written.idempotency, None)
            ids.append(entry.check_id)
    return ids


def test_a_whole_file():
    assert read(WHOLE) == list(ENTRIES)
    assert FRAMES[-1].end == len(WHOLE)


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 8 * len(WHOLE) - 1))
def test_any_flipped_bit_costs_one_record_at_most(bit):
    content = bytearray(WHOLE)
    content[bit // 8] ^= 1 << bit % 8
    assert len(read(bytes(content))) >= 99


@pytest.mark.parametrize("at", range(40))
@pytest.mark.parametrize("number", [0, 50, 99])
def test_every_byte_of_a_head_may_be_anything(number, at):
    for value in (0x00, 0xFF, 0x41):
        content = bytearray(WHOLE)
        content[FRAMES[number].at + at] = value
        assert len(read(bytes(content))) >= 99


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(WHOLE)), st.integers(0, 5_000), st.sampled_from(["zeros", "noise", "cut out", "cut off"]))
def test_a_damaged_stretch_costs_what_it_touches(start, size, how):
    end = min(len(WHOLE), start + size)
    noise = random.Random(start).randbytes(end - start)  # noqa: S311 - the same each time
    instead = {"zeros": bytes(end - start), "noise": noise, "cut out": b"", "cut off": b""}[how]
    rest = b"" if how == "cut off" else WHOLE[end:]
    untouched = [
        frame.item.entry.check_id for frame in FRAMES if frame.end <= start or (frame.at >= end and how != "cut off")
    ]
    assert set(untouched) <= set(read(WHOLE[:start] + instead + rest))


def test_two_writers_in_one_file():
    first, second, third = (encode(SpooledEntry(entry)) for entry in list(ENTRIES.values())[:3])
    for cut in (3, 8, 20, 400):
        mixed = first[:cut] + second + first[cut:] + third
        assert set(list(ENTRIES)[1:3]) <= set(read(mixed))
        assert any(frame.item is None for frame in frames(mixed))


def test_an_unfinished_frame_is_no_damage():
    frame = encode(SpooledEntry(made(1)))
    for end in (frame[:5], frame[:40], frame[:-1], frame[:40] + bytes(len(frame) - 40)):
        (*_, last) = frames(WHOLE + end)
        assert last.torn, len(end)
    assert [frame.item for frame in frames(WHOLE + bytes(4096))][-1] is not None


def test_what_is_damaged_is_told_with_its_check():
    content = bytearray(WHOLE)
    middle = FRAMES[7].at + (FRAMES[7].end - FRAMES[7].at) // 2
    content[middle : middle + 40] = bytes(40)
    (damaged,) = [frame for frame in frames(bytes(content)) if frame.item is None]
    ids, times = names_in(content[damaged.at : damaged.end])
    assert ids == [list(ENTRIES)[7]]
    assert times == ["2026-11-23T00:00:00.007Z"]


def test_policies_and_models_are_read_too():
    content = encode(SpooledArtefact("sha256:ab", b"{}")) + WHOLE
    assert next(frames(content)).item == SpooledArtefact("sha256:ab", b"{}")


def test_no_file_takes_long():
    content = bytearray(WHOLE * (16_000_000 // len(WHOLE)))
    began = time.process_time()
    for frame in list(frames(bytes(content))):
        content[frame.at] ^= 0xFF  # every frame says that it goes on for gigabytes
    assert sum(frame.item is not None for frame in frames(bytes(content))) > 5_000
    assert sum(1 for _ in frames(b"\x82\xa4type\xacSpooledEntry" * 800_000)) > 0
    assert time.process_time() - began < 30


def test_an_erased_entry_keeps_its_place():
    entry = made(1, key="k")
    frame = encode(SpooledEntry(entry))
    blank = without_personal(entry, len(frame))
    assert len(blank) == len(frame)
    assert b"0912" not in blank
    assert b"phone:ab" not in blank
    (read_again,) = frames(blank)
    assert (read_again.item.entry.personal, read_again.item.entry.identities) == (b"", ())
    assert read_again.item.entry.idempotency == "k"
