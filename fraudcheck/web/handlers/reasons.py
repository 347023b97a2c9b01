"""Which reason codes are there?"""

from __future__ import annotations

from aiohttp import web

from fraudcheck.reasons import CATALOGUE, GROUPS
from fraudcheck.report.returns import RETURN_REASONS
from fraudcheck.web import pages
from fraudcheck.web.answers import Problem, json_answer, page_answer, wants_page
from fraudcheck.web.page_calls import frame
from fraudcheck.web.schemas import ReasonRow, reason_rows
from fraudcheck.web.state import TENANT
from fraudcheck.web.wording import KINDS

_PAGE = "/reasons"


async def get_reasons(request: web.Request) -> web.Response:
    """The catalogue of reasons, with the points that the tenant's policy gives them."""
    return json_answer({"reasons": reason_rows(CATALOGUE.values(), request[TENANT].policy.points)})


async def get_page(request: web.Request) -> web.Response:
    """The catalogue as a page, a row and an anchor for each code; of one ``group`` if it is asked for."""
    if not wants_page(request):
        return await get_reasons(request)
    chosen, policy = request.query.get("group"), request[TENANT].policy
    if chosen is not None and chosen not in GROUPS:
        raise Problem(404, f"there is no such group of reasons: there are {', '.join(GROUPS)}")
    rows = reason_rows(CATALOGUE.values(), policy.points)
    groups = [
        (group, policy.caps[group], [row for row in rows if row.group == group])
        for group in ((chosen,) if chosen else GROUPS)
    ]
    return page_answer(
        pages.render(
            "reasons.html",
            title="Reasons",
            frame=frame(request, _PAGE),
            groups=groups,
            all_groups=GROUPS,
            chosen=chosen,
            notes=_notes,
        )
    )


def _notes(row: ReasonRow) -> list[str]:
    """What else is to be known of a reason, in sentences."""
    return [
        *(["It can reject a lead alone."] if row.conclusive else []),
        *([f"Evidence of {KINDS[row.kind]}."] if row.kind else []),
        *([f"Returned to the vendor as: {RETURN_REASONS[row.return_reason]}."] if row.return_reason else []),
        *([f"Retired in version {row.retired}: no new verdict says it."] if row.retired else []),
    ]
