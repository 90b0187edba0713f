"""The steps, a page each; the next one follows when it is done."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.selectors.staffing import people_never_in, staffing_checked
from apps.accounts.services import FIRST_PASSWORD_HEADS
from apps.accounts.staffing.blank import blank_workbook
from apps.accounts.staffing.workbook import NotAWorkbook
from apps.core.errors import HouseError, ValidationFailed
from apps.core.spreadsheets import xlsx_file, xlsx_response
from apps.installation import services
from apps.installation.forms import AdministratorsForm, GroundworkForm, OrganForm, WorkbookForm
from apps.installation.models import Installation
from apps.installation.policies import is_holder, require_holder, require_list
from apps.installation.selectors import installation_now
from apps.installation.selectors.checklist import checklist_of, is_ready
from apps.installation.selectors.progress import administrators_set, groundwork_of, people_count, steps_of
from apps.installation.views.begin import secret_of

SHOWN = 200


def page_of(request: HttpRequest, installation: Installation, step: str, /, **context: Any) -> HttpResponse:
    """A step's page in the frame of the set-up; 422 when its form was refused."""
    form = context.get("form")
    status = 422 if isinstance(form, Form) and form.is_bound and form.errors else 200
    context |= {"installation": installation, "steps": steps_of(installation), "step": step}
    return render(request, f"installation/{step}.html", context, status=status)


@login_not_required
@require_http_methods(["GET", "POST"])
def organ(request: HttpRequest) -> HttpResponse:
    """Names, 代字 and level."""
    installation = require_holder(installation_now(), secret_of(request))
    here = installation.organ
    initial = {name: getattr(here, name) for name in OrganForm.base_fields} if here else None
    form = OrganForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            services.organ_settle(secret=secret_of(request), **form.cleaned_data)
        except HouseError as error:
            form.refuse(error)
        else:
            return redirect("installation:administrators")
    return page_of(request, installation, "organ", form=form)


@login_not_required
@require_http_methods(["GET", "POST"])
def administrators(request: HttpRequest) -> HttpResponse:
    """Three people; their temporary passwords are on the answer to the form and nowhere else."""
    installation = require_holder(installation_now(), secret_of(request))
    form, words = AdministratorsForm(request.POST or None), None
    if form.is_valid():
        try:
            words = services.administrators_settle(secret=secret_of(request), drafts=form.drafts())
        except HouseError as error:
            form.refuse(error)
    three = administrators_set()
    return page_of(
        request,
        installation,
        "administrators",
        form=form,
        words=words,
        three=three,
        is_set=any(one.person for one in three),
    )


@login_not_required
@require_POST
def administrator_words(request: HttpRequest) -> HttpResponse:
    """The list was lost: new words for those who have not come in yet."""
    installation = require_holder(installation_now(), secret_of(request))
    words = services.administrator_words_renew(secret=secret_of(request))
    return page_of(
        request, installation, "administrators", words=words, three=administrators_set(), is_set=True
    )


@login_not_required
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Upload, then what was read, row by row; nothing is taken here."""
    installation = require_holder(installation_now(), secret_of(request))
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            sent = form.cleaned_data["workbook"]
            installation = services.workbook_keep(secret=secret_of(request), name=sent.name, data=sent.read())
        except HouseError as error:
            form.refuse(error)
    context = {
        "form": form,
        "count": people_count(),
        "waiting": people_never_in().count(),
        **_verdict(installation),
    }
    return page_of(request, installation, "people", **context)


def _verdict(installation: Installation) -> dict[str, Any]:
    """What the kept workbook says."""
    if installation.workbook is None or installation.organ is None:
        return {}
    try:
        verdict = staffing_checked(data=bytes(installation.workbook), main=installation.organ)
    except NotAWorkbook as error:
        return {"unreadable": str(error)}
    names = {person.login_name: person.name for person in verdict.plan.people}
    posts = [(names[post.login_name], post) for post in verdict.plan.posts[:SHOWN]]
    return {"verdict": verdict, "mistakes": verdict.mistakes[:SHOWN], "posts": posts}


@login_not_required
@require_GET
def people_template(request: HttpRequest) -> HttpResponse:
    """The empty workbook."""
    installation = require_holder(installation_now(), secret_of(request))
    if installation.organ is None:
        raise ValidationFailed("请先填写机关，再下载模板。")
    return xlsx_file("机构人员模板", blank_workbook(installation.organ.full_name))


@login_not_required
@require_POST
def people_import(request: HttpRequest) -> HttpResponse:
    """Take the workbook, or put it away."""
    if request.POST.get("do") == "drop":
        services.workbook_drop(secret=secret_of(request))
        return redirect("installation:people")
    plan = services.workbook_import(secret=secret_of(request))
    made = f"{len(plan.units)} 个科室、{len(plan.people)} 人、{len(plan.posts)} 项任职"
    messages.success(request, f"已导入 {made}。请下载初始口令表，分发到各科室。")
    return redirect("installation:people")


@login_not_required
@require_POST
def people_passwords(request: HttpRequest) -> HttpResponse:
    """The list of first passwords as a workbook, told this once."""
    words = services.passwords_issue(secret=secret_of(request))
    return xlsx_response("初始口令表", FIRST_PASSWORD_HEADS, [one.cells for one in words])


@login_not_required
@require_http_methods(["GET", "POST"])
def groundwork(request: HttpRequest) -> HttpResponse:
    """Procedures, numbers, seal, calendar in one act."""
    installation = require_holder(installation_now(), secret_of(request))
    form = GroundworkForm(request.POST or None)
    if form.is_valid():
        try:
            services.groundwork_lay(secret=secret_of(request), **form.cleaned_data)
        except HouseError as error:
            form.refuse(error)
        else:
            return redirect("installation:groundwork")
    return page_of(request, installation, "groundwork", form=form, laid=groundwork_of(installation))


@login_not_required
@require_http_methods(["GET", "POST"])
def checklist(request: HttpRequest) -> HttpResponse:
    """What is left; the end of the set-up. Afterwards the system administrator may still read it."""
    secret, actor = secret_of(request), getattr(request, "actor", None)
    installation = require_list(installation_now(), secret, actor)
    if request.method == "POST":
        services.installation_finish(secret=secret)
        return render(request, "installation/finished.html", {"installation": installation})
    lines = checklist_of(installation)
    context = {"lines": lines, "is_ready": is_ready(lines), "is_holder": is_holder(installation, secret)}
    return page_of(request, installation, "checklist", **context)
