"""Pages and small acts of workflow: follow, urge, read in a batch, diagram, phrases."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from apps.core.errors import ValidationFailed
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.subjects import Subject, url_of
from apps.workflow import selectors, services
from apps.workflow.forms import PhraseForm, UrgeForm
from apps.workflow.models import Matter


def _back(request: HouseRequest, otherwise: str) -> HttpResponseRedirect:
    """To the page the form named, when it is one of ours."""
    asked = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(asked if is_ours else otherwise, status=303)


def _page_of(matter: Matter) -> str:
    return url_of(Subject(matter.subject_kind, matter.subject_id)) or reverse("portal:desk")


def _ids(request: HouseRequest, name: str) -> list[int]:
    """Numbers posted under `name`; nonsense is left out."""
    return [int(value) for value in request.POST.getlist(name) if value.isdecimal() and len(value) < 19]


@require_POST
@signed_in
def follow(request: HouseRequest, matter_id: int) -> HttpResponse:
    """关注 or, with `on=0`, not any more. For htmx the button anew."""
    wanted = request.POST.get("on", "1") != "0"
    verb = services.matter_follow if wanted else services.matter_unfollow
    matter = verb(actor=request.actor, matter_id=matter_id)
    if request.htmx:
        return render(request, "workflow/_follow.html", {"matter": matter, "is_following": wanted})
    messages.success(request, "已关注，办理进展会通知您。" if wanted else "已取消关注。")
    return _back(request, _page_of(matter))


@require_POST
@signed_in
def urge(request: HouseRequest, matter_id: int) -> HttpResponse:
    """催办 those who have an open to-do."""
    run = selectors.run_for(request.actor, matter_id)
    form = UrgeForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else request.POST.get("text", "")[:200]
    count = services.run_urge(actor=request.actor, run_id=run.pk, text=text, key=request.POST.get("key", ""))
    messages.success(request, f"已催办{count}人。" if count else "已催办。")
    return _back(request, _page_of(run.matter))


@require_POST
@signed_in
def readings_urge(request: HouseRequest, matter_id: int) -> HttpResponse:
    """提醒未读."""
    matter = selectors.matter_for(request.actor, matter_id)
    count = services.readings_urge(actor=request.actor, matter=matter, key=request.POST.get("key", ""))
    messages.success(request, f"已提醒{count}位未读人员。" if count else "已提醒。")
    return _back(request, _page_of(matter))


@require_POST
@signed_in
def readings_done(request: HouseRequest) -> HttpResponse:
    """批量已阅."""
    count = services.reading_done(actor=request.actor, reading_ids=_ids(request, "reading"))
    messages.success(request, f"已阅{count}件。" if count else "所选文件均已阅过。")
    return _back(request, f"{reverse('portal:desk')}?tab=reading")


@require_POST
@signed_in
def readings_cancel(request: HouseRequest, matter_id: int) -> HttpResponse:
    """Take back reads the actor sent."""
    matter = selectors.matter_for(request.actor, matter_id)
    count = services.reading_cancel(actor=request.actor, reading_ids=_ids(request, "reading"))
    messages.success(request, f"已取消{count}人的传阅。")
    return _back(request, _page_of(matter))


@require_GET
@signed_in
def diagram(request: HouseRequest, matter_id: int) -> HttpResponse:
    """流程图 of the newest run: what is done, where it is, what may follow."""
    passage = selectors.passage_of(selectors.run_for(request.actor, matter_id))
    context = {"drawing": selectors.run_drawing(passage), "matter": passage.run.matter}
    return render(request, "workflow/_diagram.html", context)


@require_GET
@signed_in
def phrases(request: HouseRequest) -> HttpResponse:
    """常用语 the person keeps, those of the organ, and those offered to all."""
    return _phrases_page(request)


def _phrases_page(
    request: HouseRequest, *, form: PhraseForm | None = None, is_common: bool = False
) -> HttpResponse:
    """The page; 422 with `form` when that came back, beside the shelf it was meant for."""
    own, common = PhraseForm(auto_id="own_%s"), PhraseForm(auto_id="common_%s")
    context = {
        "shelves": selectors.phrase_shelves(request.actor),
        "form": own if form is None or is_common else form,
        "common_form": form if form is not None and is_common else common,
    }
    return render(request, "workflow/phrases.html", context, status=422 if form is not None else 200)


@require_POST
@signed_in
def phrase_add(request: HouseRequest) -> HttpResponse:
    """Keep a phrase; with mistakes the page again."""
    is_common = request.POST.get("shelf") == "common"
    form = PhraseForm(request.POST, auto_id="common_%s" if is_common else "own_%s")
    if not form.is_valid():
        return _phrases_page(request, form=form, is_common=is_common)
    services.phrase_add(actor=request.actor, text=form.cleaned_data["text"], is_common=is_common)
    messages.success(request, "已保存本机关常用语。" if is_common else "已保存常用语。")
    return _back(request, reverse("workflow:phrases"))


@require_POST
@signed_in
def phrase_change(request: HouseRequest, phrase_id: int) -> HttpResponse:
    """Other words for a phrase."""
    services.phrase_change(actor=request.actor, phrase_id=phrase_id, text=request.POST.get("text", ""))
    messages.success(request, "已修改常用语。")
    return gone_to(request, reverse("workflow:phrases"))


@require_POST
@signed_in
def phrase_move(request: HouseRequest, phrase_id: int) -> HttpResponse:
    """Another place among those of the same keeper."""
    places = _ids(request, "place")
    if not places:
        raise ValidationFailed("页面数据不完整，请刷新后重试。")
    services.phrase_move(actor=request.actor, phrase_id=phrase_id, place=places[0])
    return gone_to(request, reverse("workflow:phrases"))


@require_POST
@signed_in
def phrase_remove(request: HouseRequest, phrase_id: int) -> HttpResponse:
    """Forget a phrase."""
    services.phrase_remove(actor=request.actor, phrase_id=phrase_id)
    messages.success(request, "已删除。")
    return _back(request, reverse("workflow:phrases"))
