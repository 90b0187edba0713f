"""逐人说明: each person's month in words."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.core.http import HouseRequest, signed_in
from apps.core.spreadsheets import xlsx_response
from apps.duty import services
from apps.duty.policies import makes_roster
from apps.duty.selectors.accounts import accounts_of
from apps.duty.selectors.exports import ACCOUNT_HEADS, account_cells
from apps.duty.selectors.rules import rules_of
from apps.duty.selectors.versions import roster_read


@require_GET
@signed_in
def accounts(request: HouseRequest, roster_id: int) -> HttpResponse:
    """Everybody for whoever makes the roster, oneself for others."""
    roster = roster_read(request.actor, roster_id)
    context = {
        "roster": roster,
        "accounts": accounts_of(request.actor, roster),
        "may_make": makes_roster(request.actor),
        "weights": rules_of(roster.organ_id).weights_text,
    }
    return render(request, "duty/accounts.html", context)


@require_GET
@signed_in
def export(request: HouseRequest, roster_id: int) -> HttpResponse:
    """The same as an Excel sheet; audited."""
    roster = roster_read(request.actor, roster_id)
    cells = [account_cells(one) for one in accounts_of(request.actor, roster)]
    services.export_note(actor=request.actor, what="roster_accounts", count=len(cells))
    return xlsx_response(f"{roster.month:%Y年%m月}值班负担说明", ACCOUNT_HEADS, cells)
