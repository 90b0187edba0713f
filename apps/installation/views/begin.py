"""The door: the link asks before it is used up, so that a preview of it in a chat does not burn it."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from apps.core.errors import NotFound
from apps.installation import services
from apps.installation.policies import link_is_good, require_holder
from apps.installation.selectors import installation_now
from apps.installation.selectors.progress import next_step

SESSION_KEY = "installation"


@login_not_required
@sensitive_variables("token")
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what will happen, POST uses the link up and makes this browser the holder."""
    if request.method == "POST":
        secret = services.link_take(token=token)
        logout(request)
        request.session.cycle_key()
        request.session[SESSION_KEY] = secret
        return redirect("installation:resume")
    if not link_is_good(installation_now(), token):
        raise NotFound(
            "这个设置链接已经用过、已过期或不正确。请由运行维护人员重新启动 up，或运行 setup_link 取得新的链接。"
        )
    return render(request, "installation/begin.html")


@login_not_required
@require_GET
def resume(request: HttpRequest) -> HttpResponse:
    """To the first page that is not done."""
    installation = require_holder(installation_now(), secret_of(request))
    return redirect(f"installation:{next_step(installation)}")


def secret_of(request: HttpRequest) -> str:
    """What this browser holds."""
    return str(request.session.get(SESSION_KEY, ""))
