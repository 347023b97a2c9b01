"""How much does each finding weigh, and what decision follows from the sum? The policy, read from TOML.

Points, caps and priors are decibans; scores and limits are 0 to 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal, NamedTuple, get_args

import msgspec
from msgspec import UNSET, Struct, UnsetType

from fraudcheck.identifiers import check_vendors, of_vendor
from fraudcheck.reasons import CATALOGUE, GROUP_CAPS, GROUPS, HARMLESS_KINDS, KINDS

Decision = Literal["accept", "review", "reject"]
CHECKS = tuple(sorted({reason.check for reason in CATALOGUE.values()} - {"anomaly", "contact"}))
"""What may be unknown of a lead: all but the checks that rest on the others' facts."""
DECISIONS: tuple[Decision, ...] = get_args(Decision)


class CapTogether(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cap, in decibans, on the points against the lead of several groups together."""

    groups: tuple[str, ...]
    points: float


class Override(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The values that replace the policy's own for one vendor's leads; None and what is not listed replace nothing."""

    prior: float | None = None
    accept_from: int | None = None
    reject_to: int | None = None
    points: dict[str, float] = {}
    caps: dict[str, float] = {}
    actions: dict[str, Decision] = {}
    unknown: dict[str, Literal["review"]] = {}


class Limits(NamedTuple):
    """A policy's limits in tenths of a deciban; the caps in the order of the groups."""

    prior: int
    points_for_at_most: int
    conclusive_at_most: int
    caps: list[tuple[str, int]]
    caps_together: list[tuple[tuple[str, ...], int]]


def tenths_of(points: float) -> int:
    """Decibans in whole tenths."""
    return round(points * 10)


class Policy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """How much each finding weighs, and what decision follows from the sum.

    ``prior`` is added to every sum. A score from ``accept_from`` on is accepted, one up to ``reject_to`` may be
    rejected. ``points_for_at_most`` caps all points for a lead, ``conclusive_at_most`` the points against it of one
    conclusive reason, ``caps`` the points against it of each group, ``caps_together`` those of several groups.
    ``points`` are by reason code, ``actions`` are decisions by classification, ``unknown`` are decisions by check that
    could not be made, ``vendors`` overrides by vendor.
    """

    prior: float
    accept_from: int
    reject_to: int
    points_for_at_most: float
    conclusive_at_most: float
    caps: dict[str, float]
    caps_together: tuple[CapTogether, ...] = ()
    points: dict[str, float] = {}
    actions: dict[str, Decision] = {}
    unknown: dict[str, Literal["review"]] | UnsetType = UNSET  # so that one without it is named as before it could be
    vendors: dict[str, Override] = {}

    @cached_property
    def in_tenths(self) -> Limits:
        """The limits as scoring compares sums with them."""
        return Limits(
            prior=tenths_of(self.prior),
            points_for_at_most=tenths_of(self.points_for_at_most),
            conclusive_at_most=tenths_of(self.conclusive_at_most),
            caps=[(group, tenths_of(self.caps[group])) for group in GROUPS],
            caps_together=[(together.groups, tenths_of(together.points)) for together in self.caps_together],
        )

    @cached_property
    def of_vendors(self) -> Mapping[str, Policy]:
        """The policy with each vendor's overrides."""
        return {name: _override(self, own) for name, own in self.vendors.items()}


_LARGEST = 1000
"""Points beyond which a number is a slip: 1000 decibans are a certainty of a hundred nines."""


def load_policy(default: Mapping[str, Any], own: Mapping[str, Any] | None = None) -> Policy:
    """Make a policy from decoded TOML: the default's tables, overridden by the tenant's own.

    Points and caps that neither gives come from the catalogue, so that a policy holds everything that a replay needs.
    Raises ValueError with a sentence that names the key at fault.
    """
    merged: dict[str, Any] = dict(default)
    for key, value in (own or {}).items():
        merged[key] = {**merged.get(key, {}), **value} if isinstance(value, dict) else value
    merged["points"] = {code: reason.points for code, reason in CATALOGUE.items()} | merged.get("points", {})
    merged["caps"] = {**GROUP_CAPS, **merged.get("caps", {})}
    if not merged.get("unknown"):
        merged.pop("unknown", None)
    policy = msgspec.convert(merged, Policy)
    _validate(policy)
    return policy


def encode_policy(policy: Policy) -> tuple[str, bytes]:
    """Give the name of a policy (``sha256:`` and hex digits) and its canonical bytes, which the name is the hash of."""
    body = msgspec.json.encode(policy, order="sorted")
    return "sha256:" + sha256(body).hexdigest(), body


def decode_policy(body: bytes) -> Policy:
    """Read the bytes that ``encode_policy`` made. Raises ValueError on other bytes.

    Codes and groups that are newer than the policy weigh what the catalogue says.
    """
    policy = msgspec.json.decode(body, type=Policy)
    points = {code: reason.points for code, reason in CATALOGUE.items() if code not in policy.points}
    caps = {group: cap for group, cap in GROUP_CAPS.items() if group not in policy.caps}
    if not points and not caps:
        return policy
    return msgspec.structs.replace(policy, points=policy.points | points, caps=policy.caps | caps)


def vendor_policy(policy: Policy, vendor: str | None) -> Policy:
    """Give the policy that a vendor's leads are judged by: the same one where it has no override for the vendor."""
    return of_vendor(policy.of_vendors, vendor) or policy


def _override(policy: Policy, own: Override) -> Policy:
    return msgspec.structs.replace(
        policy,
        prior=policy.prior if own.prior is None else own.prior,
        accept_from=policy.accept_from if own.accept_from is None else own.accept_from,
        reject_to=policy.reject_to if own.reject_to is None else own.reject_to,
        points=policy.points | own.points,
        caps=policy.caps | own.caps,
        actions=policy.actions | own.actions,
        unknown=(policy.unknown or {}) | own.unknown,
    )


def _validate_numbers(path: str, numbers: Mapping[str, float | None]) -> None:
    for name, number in numbers.items():
        if number is not None and not -_LARGEST <= number <= _LARGEST:  # nan is not within either
            raise ValueError(f"{path}{name}: give a number of points from -{_LARGEST} to {_LARGEST}")


def _validate(policy: Policy) -> None:
    parts: list[tuple[str, Policy | Override]] = [("", policy)]
    parts += [(f"vendors.{name}.", own) for name, own in policy.vendors.items()]
    for path, part in parts:
        _validate_numbers(path, {"prior": part.prior, **part.points, **part.caps})
        for table, given, known, problem in (
            ("points", part.points, CATALOGUE, "no such reason code; `fraudcheck reasons` lists them"),
            ("caps", part.caps, GROUPS, f"no such group; there are {', '.join(GROUPS)}"),
            ("actions", part.actions, KINDS + HARMLESS_KINDS, f"no such kind; {', '.join(KINDS + HARMLESS_KINDS)}"),
            ("unknown", part.unknown or (), CHECKS, f"no such check; {', '.join(CHECKS)}"),
        ):
            for name in given:
                if name not in known:
                    raise ValueError(f"{path}{table}.{name}: {problem}")
    for group in GROUPS:
        if policy.caps.get(group, -1) < 0:
            raise ValueError(f"caps.{group}: give the group's cap as a number that is not below zero")
    check_vendors(policy.vendors)
    for vendor in ("", *policy.vendors):
        effective = vendor_policy(policy, vendor)
        if not 0 <= effective.reject_to < effective.accept_from <= 100:
            raise ValueError("reject_to must be below accept_from, both from 0 to 100")
