"""验证: whether a PDF is as it was sealed here."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from apps.core.http import HouseRequest, signed_in
from apps.documents.forms.outgoing import pdf_of
from apps.documents.selectors.seals import VERIFY_LIMIT, file_verified


@require_http_methods(["GET", "POST"])
@signed_in
def verify(request: HouseRequest) -> HttpResponse:
    """Upload a PDF and learn whether its seal is valid and whether one byte differs. The file is not kept."""
    context: dict[str, object] = {"limit": VERIFY_LIMIT // 1024 // 1024}
    if request.method == "POST":
        name, data = pdf_of(request.FILES)
        context |= {"found": file_verified(data), "name": name}
    return render(request, "documents/verify.html", context)
