"""How much does each finding weigh, and what follows from the sum?"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Literal, get_args

import msgspec
from msgspec import Struct

from fraudcheck.reasons import CATALOGUE, GROUP_CAPS, GROUPS, HARMLESS_KINDS, KINDS

Decision = Literal["accept", "review", "reject"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)


class CapTogether(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cap, in decibans, on the points against of several groups taken together."""

    groups: tuple[str, ...]
    points: float


class Override(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one vendor's leads are judged by in the place of the policy's own values."""

    prior: float | None = None
    accept_from: int | None = None
    reject_to: int | None = None
    points: dict[str, float] = {}
    caps: dict[str, float] = {}
    actions: dict[str, Decision] = {}


class Policy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much each finding weighs and what follows from the sum. Points and caps are decibans."""

    prior: float
    accept_from: int
    reject_to: int
    points_for_at_most: float
    conclusive_at_most: float
    caps: dict[str, float]
    caps_together: tuple[CapTogether, ...] = ()
    points: dict[str, float] = {}
    actions: dict[str, Decision] = {}
    vendors: dict[str, Override] = {}


def load_policy(default: Mapping[str, Any], own: Mapping[str, Any] | None = None) -> Policy:
    """Make a policy from parsed TOML: the default's tables with the tenant's own values over them.

    Every code's points and every group's cap are filled in from the catalogue: a policy says all that a replay needs.
    Raises ValueError with a sentence that names the key at fault.
    """
    merged: dict[str, Any] = dict(default)
    for key, value in (own or {}).items():
        merged[key] = {**merged.get(key, {}), **value} if isinstance(value, dict) else value
    merged["points"] = {code: reason.points for code, reason in CATALOGUE.items()} | merged.get("points", {})
    merged["caps"] = {**GROUP_CAPS, **merged.get("caps", {})}
    policy = msgspec.convert(merged, Policy)
    _examine(policy)
    return policy


def encode_policy(policy: Policy) -> tuple[str, bytes]:
    """Give the name of a policy (``sha256:`` and hex) and its canonical bytes."""
    body = msgspec.json.encode(policy, order="sorted")
    return "sha256:" + sha256(body).hexdigest(), body


def decode_policy(body: bytes) -> Policy:
    """Read what ``encode_policy`` made. Codes and groups newer than the policy weigh what the catalogue says."""
    policy = msgspec.json.decode(body, type=Policy)
    points = {code: reason.points for code, reason in CATALOGUE.items() if code not in policy.points}
    caps = {group: cap for group, cap in GROUP_CAPS.items() if group not in policy.caps}
    if not points and not caps:
        return policy
    return msgspec.structs.replace(policy, points=policy.points | points, caps=policy.caps | caps)


def vendor_policy(policy: Policy, vendor: str | None) -> Policy:
    """Give the policy that a vendor's leads are judged by."""
    own = policy.vendors.get(vendor) if vendor else None
    if own is None:
        return policy
    return msgspec.structs.replace(
        policy,
        prior=policy.prior if own.prior is None else own.prior,
        accept_from=policy.accept_from if own.accept_from is None else own.accept_from,
        reject_to=policy.reject_to if own.reject_to is None else own.reject_to,
        points=policy.points | own.points,
        caps=policy.caps | own.caps,
        actions=policy.actions | own.actions,
    )


def _examine(policy: Policy) -> None:
    parts: list[tuple[str, Policy | Override]] = [("", policy)]
    parts += [(f"vendors.{name}.", own) for name, own in policy.vendors.items()]
    for where, part in parts:
        for code in part.points:
            if code not in CATALOGUE:
                raise ValueError(f"{where}points.{code}: no such reason code; `fraudcheck reasons` lists them")
        for group in part.caps:
            if group not in GROUPS:
                raise ValueError(f"{where}caps.{group}: no such group; there are {', '.join(GROUPS)}")
        for kind in part.actions:
            if kind not in KINDS + HARMLESS_KINDS:
                raise ValueError(f"{where}actions.{kind}: no such kind; {', '.join(KINDS + HARMLESS_KINDS)}")
    for group in GROUPS:
        if policy.caps.get(group, -1) < 0:
            raise ValueError(f"caps.{group}: give the group's cap as a number that is not below zero")
    for vendor in ("", *policy.vendors):
        judged_by = vendor_policy(policy, vendor)
        if not 0 <= judged_by.reject_to < judged_by.accept_from <= 100:
            raise ValueError("reject_to must be below accept_from, both from 0 to 100")
