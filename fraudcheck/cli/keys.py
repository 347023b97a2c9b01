"""`fraudcheck keys`: make, list and revoke API keys, and the keys of sites and of form platforms."""

from __future__ import annotations

import getpass
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from fraudcheck import wiring
from fraudcheck.batch.columns import CONTACTS, is_field, suggest_field
from fraudcheck.cli.command import Failed, Misused, add_command
from fraudcheck.intake.forms.registry import PLATFORMS
from fraudcheck.records import format_utc
from fraudcheck.settings import Settings

_LEADCONDUIT = "leadconduit"
_LONGEST_SECRET = 500
_PERSON = "person"
_SCOPES_OF_A_PERSON = ("check", "read", "personal", "outcome", "batch")
"""What the pages need in all; only administration is not among it."""


def add(commands: Any) -> None:
    """Add the commands."""
    keys = commands.add_parser("keys", help="make, list and revoke API keys").add_subparsers(
        required=True, metavar="create|list|revoke"
    )
    create = add_command(keys, "create", "make a key and print it, once", _create)
    create.add_argument("--tenant", dest="_tenant", default="default")
    create.add_argument(
        "--scopes",
        dest="_scopes",
        help=f"of {', '.join(wiring.SCOPES)} (check,read); {_PERSON} for all that somebody needs who signs in in a "
        "browser",
    )
    create.add_argument(
        "--buyer", dest="_buyer", metavar="NAME", default="", help="whose outcomes it tells; the key's id if not given"
    )
    create.add_argument("--label", dest="_label", default="", help="what it is for, or whose it is")
    site = create.add_argument_group("for the pages of a site, whose forms get tokens by it")
    site.add_argument("--site", dest="_site", action="store_true", help="make a site key, which is no secret")
    site.add_argument(
        "--origin",
        dest="_origins",
        metavar="ORIGIN",
        action="append",
        default=[],
        help="where its pages are, https://a.example or https://*.a.example; may be repeated",
    )
    source = create.add_argument_group("for a form platform, which brings its leads by it")
    source.add_argument("--source", dest="_source", metavar="PLATFORM", help=f"which platform: {', '.join(_sources())}")
    source.add_argument("--vendor", dest="_vendor", metavar="NAME", default="", help="whose leads or pages they are")
    source.add_argument("--campaign", dest="_campaign", metavar="NAME", default="", help="the leads' campaign")
    source.add_argument(
        "--country",
        dest="_country",
        metavar="CODE",
        default="",
        help="in which its phone numbers without a country's code are read (VN, DE); a lead's own goes first",
    )
    source.add_argument(
        "--map",
        dest="_columns",
        metavar="FIELD=NAME",
        action="append",
        default=[],
        help="a field of the lead and its name in the form, where names do not say it; may be repeated",
    )
    source.add_argument(
        "--signing-secret",
        dest="_signing",
        metavar="SECRET",
        help="with which the platform signs; - reads it from standard input, so that no shell remembers it",
    )
    add_command(keys, "list", "list the keys, without their secrets", _list)
    revoke = add_command(keys, "revoke", "make a key useless from now on", _revoke)
    revoke.add_argument("_key_id", metavar="ID")


def _create(
    settings: Settings,
    *,
    tenant: str,
    scopes: str | None,
    label: str,
    buyer: str,
    site: bool,
    origins: Sequence[str],
    source: str | None,
    vendor: str,
    campaign: str,
    country: str,
    columns: Sequence[str],
    signing: str | None,
) -> None:
    kind = "--site" if site else "--source" if source is not None else ""
    given = {
        "--scopes": scopes is not None and kind,
        "--buyer": buyer and kind,
        "--site": site and source is not None,
        "--origin": origins and kind != "--site",
        "--vendor": vendor and not kind,
        "--campaign": campaign and kind != "--source",
        "--country": country and kind != "--source",
        "--map": columns and kind != "--source",
        "--signing-secret": signing is not None and kind != "--source",
    }
    if misplaced := [option for option, wrong in given.items() if wrong]:
        raise Misused(f"{', '.join(misplaced)}: not for {_KINDS[kind]}; make a key of one kind")
    told: dict[str, Any] = {"vendor": vendor, "campaign": campaign, "country": country}
    if source is not None:
        source = _known(source)
        told |= {"columns": _read_map(columns), "signing": _read_signing(source, signing)}
    wiring.prepare(settings.data_dir)
    file, moment = wiring.key_file(settings), format_utc(datetime.now(UTC))
    was_keyed = file.configured
    if site:
        key = file.create_site(tenant, vendor, origins, label, moment)
        print(f"site key of tenant {tenant} for pages of {', '.join(key.origins)}, vendor {vendor}; it is no secret:")
        print(f'<script src="https://YOUR-SERVICE/form.js" data-site="{key.id}" async></script>')
    elif source is not None:
        key, secret = file.create_source(tenant, source, label, moment, **told)
        print(f"key {key.id} of tenant {tenant} for {source}, vendor {vendor}; it is shown this once:\n{secret}")
        print(_where_to_put(source, secret))
    else:
        names = [scope.strip() for scope in (scopes or "check,read").split(",")]
        if is_person := _PERSON in names:
            if not label.strip():
                raise Misused(f'--scopes {_PERSON}: say whose key it is, as pages show it: --label "Anna, sales desk"')
            names = list(dict.fromkeys([*_SCOPES_OF_A_PERSON, *(name for name in names if name != _PERSON)]))
        key, secret = file.create(tenant, names, label, moment, buyer)
        print(f"key {key.id} of tenant {key.tenant} with {', '.join(key.scopes)}; it is shown this once:\n{secret}")
        if is_person:
            print(f"Whoever has it signs in once at https://YOUR-SERVICE/login, and is shown there as: {label.strip()}")
    if not was_keyed:
        place = settings.keys_file or settings.data_dir
        print(
            f"note: the first key in {place}; a service that keeps its data elsewhere does not know it", file=sys.stderr
        )
    if kind and not was_keyed:
        how = f"make one with `fraudcheck keys create`, without {kind}"
        print(f"note: from now on every other caller needs a key too: {how}", file=sys.stderr)


_KINDS = {"": "an ordinary key", "--site": "a site key", "--source": "the key of a source"}


def _sources() -> Sequence[str]:
    return sorted(PLATFORMS)


def _known(source: str) -> str:
    """The platform's name, however it is spelled: `Contact Form 7`."""
    name = re.sub(r"[\W_]+", "_", source.strip().casefold())
    if name not in _sources():
        known = ", ".join(_sources())
        raise Failed(f"{source} is no form platform that is known; there are {known}; flat reads any form")
    return name


def _read_map(texts: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """The names of a platform's fields by our field. Only mail address and phone have several, the best first."""
    found: dict[str, tuple[str, ...]] = {}
    for text in texts:
        field, equals, name = (part.strip() for part in text.partition("="))
        if not equals or not name:
            raise Failed(f"--map {text!r}: give FIELD=NAME, such as phone=best_number")
        if not is_field(field):
            raise Failed(f"--map {text!r}: a lead has no field {field}; {suggest_field(field)}")
        if field in found and field not in CONTACTS:
            raise Failed(
                f"--map: {field} takes one name, and two are given; only {' and '.join(CONTACTS)} take several"
            )
        found[field] = (*found.get(field, ()), name)
    return found


def _read_signing(source: str, secret: str | None) -> str:
    if secret is None:
        return ""
    if PLATFORMS[source].is_signed is None:
        raise Failed(f"{source} signs nothing: leave out --signing-secret; the key itself is what it proves itself by")
    if secret == "-":  # noqa: S105 - where it is read from
        secret = getpass.getpass("signing secret: ") if sys.stdin.isatty() else sys.stdin.read(_LONGEST_SECRET * 2)
    secret = secret.strip()
    if not secret or not secret.isprintable() or len(secret) > _LONGEST_SECRET:
        raise Failed(f"a signing secret is one line of at most {_LONGEST_SECRET} characters")
    return secret


def _where_to_put(source: str, secret: str) -> str:
    path = f"https://YOUR-SERVICE/v1/{'' if source == _LEADCONDUIT else 'forms/'}{source}"
    if PLATFORMS[source].key_in_body is not None:
        return f"Give {source} this URL, and the key where it asks for one:\n{path}"
    return f"Give {source} this URL:\n{path}?key={secret}"


def _list(settings: Settings) -> None:
    for key in wiring.key_file(settings).all():
        print(f"{key.id}  {key.tenant:12} {_may(key):30} {key.created_at}  {_about(key)}".rstrip())


def _may(key: wiring.Key) -> str:
    """What a key is for. A signing secret is never shown."""
    if key.origins:
        return "site"
    return f"source {key.source}" if key.source else ",".join(key.scopes)


def _about(key: wiring.Key) -> str:
    told = {
        "buyer": key.buyer,
        "vendor": key.vendor,
        "campaign": key.campaign,
        "country": key.country,
        "pages of": ", ".join(key.origins),
        "map": " ".join(f"{field}={name}" for field, names in key.columns.items() for name in names),
        "signed": "yes" if key.signing else "",
    }
    about = ", ".join(f"{name} {value}" for name, value in told.items() if value)
    return f"{key.label}  ({about})".strip() if about else key.label


def _revoke(settings: Settings, key_id: str) -> None:
    if not wiring.key_file(settings).revoke(key_id):
        raise Failed(f"there is no key {key_id}; `fraudcheck keys list` shows them")
    print(f"key {key_id} is revoked")
