"""Did an earlier run begin the same batch, so that this one can continue its work?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from fraudcheck import wiring
from fraudcheck.batch.folder import Folder, Partial, Plan
from fraudcheck.batch.request import Request, Watch
from fraudcheck.batch.writing import Style
from fraudcheck.identifiers import keyed_token
from fraudcheck.pipeline.check import SERVICE_VERSION
from fraudcheck.records import format_utc
from fraudcheck.settings import Settings


def versions_asked(request: Request, policy_hash: str) -> dict[str, Any]:
    """What every request is compared by: the tenant, the policy and the version of the code."""
    return {"tenant": request.tenant, "policy": policy_hash, "service": SERVICE_VERSION}


def begin_or_resume(
    partial: Partial,
    request: Request,
    settings: Settings,
    asked: Mapping[str, Any],
    watch: Watch,
) -> tuple[Folder, str, Plan | None]:
    """The batch's folder, when the batch was begun (RFC 3339), and the plan if an earlier run has made it.

    ``asked`` is everything that the verdicts depend on; an earlier run is continued only if it asked the same
    of files with the same names.
    """
    also = {
        "out": msgspec.to_builtins(Style.for_output(request.out)),
        "key": job_id(settings, request.tenant, {}),
        "names": [given.name for given in request.given],
        "told": request.told,
    }
    folder, started = partial.begin({**asked, **also}, format_utc(datetime.now(UTC)))
    if not folder.plan_file.exists():
        return folder, started, None
    watch.note("going on with the work of an earlier run")
    return folder, started, folder.plan()


def job_id(settings: Settings, tenant: str, asked: Mapping[str, Any]) -> str:
    """The batch's name in every verdict, 16 hex digits. The same request has the same name again."""
    return keyed_token(wiring.identity_key(settings, tenant), "batch", msgspec.json.encode(asked).hex())[:16]
