"""Mail and SMS: what is in force, the two settings, and a trial."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from apps.core.errors import HouseError, NotFound
from apps.installation import services
from apps.installation.policies import require_holder
from apps.installation.selectors import installation_now
from apps.installation.views.begin import secret_of
from apps.installation.views.steps import page_of
from apps.notifications.forms import MailForm, SmsForm, TrialForm
from apps.notifications.selectors.channels import channel_settings, mail_state, sms_state

FORMS = {"mail": MailForm, "sms": SmsForm, "trial": TrialForm}


@login_not_required
@sensitive_post_parameters("mail_password", "sms_token")
@require_http_methods(["GET", "POST"])
def channels(request: HttpRequest) -> HttpResponse:
    """Three forms, one sent at a time; a refused one comes back with what was typed."""
    installation = require_holder(installation_now(), secret_of(request))
    kept = model_to_dict(channel_settings())
    forms: dict[str, Any] = {name: form(initial=kept) for name, form in FORMS.items()}
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act not in FORMS:
            raise NotFound
        form = forms[act] = FORMS[act](request.POST)
        if form.is_valid() and _is_done(request, act, form):
            return redirect("installation:channels")
        forms["form"] = form
    return page_of(request, installation, "channels", mail_state=mail_state(), sms_state=sms_state(), **forms)


def _is_done(request: HttpRequest, act: str, form: Any) -> bool:
    """Do what was asked; a refusal goes into the form."""
    secret, data = secret_of(request), form.cleaned_data
    try:
        if act == "mail":
            services.mail_settle(secret=secret, draft=form.draft())
            said = "邮件服务器已保存，请发送测试。" if data["mail_host"] else "邮件服务器已移除。"
        elif act == "sms":
            services.sms_settle(secret=secret, url=data["sms_url"].strip(), token=data["sms_token"])
            said = "短信网关已保存，请发送测试。" if data["sms_url"] else "短信网关已移除。"
        else:
            said = services.channel_try(secret=secret, address=data["address"])
    except HouseError as error:
        form.refuse(error)
        return False
    messages.success(request, said)
    return True
