"""The back office: unfold's site under the house's name, colours and content policy."""

from collections.abc import Callable
from typing import Any

from csp.constants import UNSAFE_EVAL
from csp.decorators import csp_update
from django.http import HttpRequest
from django.templatetags.static import static
from unfold.sites import UnfoldAdminSite

POLICY = {"script-src": [UNSAFE_EVAL]}  # unfold's Alpine evaluates its attributes; only below /admin/


class HouseAdminSite(UnfoldAdminSite):
    """Every view may evaluate; colours come from a sheet, because the policy forbids inline styles."""

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:  # noqa: FBT001, FBT002  # Django's signature
        """As Django's, with the wider policy."""
        guarded: Callable[..., Any] = csp_update(POLICY)(super().admin_view(view, cacheable))
        return guarded

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """As Django's, with the wider policy."""
        view: Callable[..., Any] = csp_update(POLICY)(super().login)
        return view(request, extra_context)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Without inline colours, with the sheet that holds them."""
        context: dict[str, Any] = super().each_context(request)
        context["colors"] = {}
        context["styles"] = [static("back-office.css"), *context.get("styles", [])]
        return context
