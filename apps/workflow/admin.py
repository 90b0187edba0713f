"""Back office of procedures and of to-dos whose holder has left. Metadata only: no titles, no opinions."""

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from unfold.decorators import action

from apps.accounts.selectors import actor_for
from apps.core.admin import ReadOnlyAdmin
from apps.core.clock import now
from apps.core.errors import HouseError, NotFound
from apps.core.working_calendar import city_calendar
from apps.workflow.assignees import post_words
from apps.workflow.definition import load
from apps.workflow.diagram import draw
from apps.workflow.filters import HolderFilter
from apps.workflow.forms import ReassignForm, VersionForm
from apps.workflow.lights import light_of
from apps.workflow.models import Procedure, ProcedureVersion, Task
from apps.workflow.selectors.administration import (
    newest_version,
    notes_of,
    open_tasks,
    posts_offered,
    procedures_listed,
)
from apps.workflow.services import (
    definition_check,
    procedure_switch,
    procedure_version_add,
    task_reassign,
)


class ShownAdmin(ReadOnlyAdmin):
    """Shown only; whatever changes goes through a service behind a button of its own."""

    class Media:
        """The diagram's sheet."""

        css = {"all": ["diagram.css"]}

    def has_manage_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whether the write buttons are drawn; the service asks again."""
        return request.user.has_perm("workflow.change_procedure")


def picture(definition: dict[str, Any]) -> str:
    """The definition drawn."""
    parsed = load(definition)
    return render_to_string("workflow/_diagram.html", {"drawing": draw(parsed, notes=notes_of(parsed))})


@admin.register(Procedure)
class ProcedureAdmin(ShownAdmin):
    """Procedures with the version in force, drawn."""

    list_display = ["name", "code", "organ", "version_in_force", "is_enabled"]
    list_filter = ["is_enabled"]
    search_fields = ["name", "code"]
    fields = ["name", "code", "organ", "is_enabled", "version_in_force", "drawn"]
    readonly_fields = fields
    actions_detail = ["new_version", "switch"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Procedure]:
        """With the newest version's number."""
        return procedures_listed()

    @admin.display(description="现行版本")
    def version_in_force(self, row: Procedure) -> str:
        """The newest version's number."""
        number = getattr(row, "newest_number", None)
        return f"第{number}版" if number else "尚无版本"

    @admin.display(description="流程图")
    def drawn(self, row: Procedure) -> str:
        """The newest version as a diagram."""
        version = newest_version(row.pk)
        return picture(version.definition) if version else "尚无版本"

    @action(description="新建版本", url_path="new-version", permissions=["manage"])  # type: ignore[untyped-decorator]  # unfold is untyped
    def new_version(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Paste a definition, look at it drawn, save it as the next version; mistakes are listed in words."""
        procedure = self.get_object(request, str(object_id))
        if procedure is None:
            raise NotFound
        newest = newest_version(procedure.pk)
        form = VersionForm(request.POST or None, initial={"definition": newest.definition if newest else {}})
        context = {**self.admin_site.each_context(request), "title": f"{procedure.name}：新建版本"}
        context |= {"procedure": procedure, "form": form, "media": self.media, "opts": self.model._meta}  # noqa: SLF001
        if form.is_valid():
            try:
                return self._try(request, procedure, form.cleaned_data["definition"], context)
            except HouseError as error:
                context["problems"] = error.data.get("problems", [error.message])
        elif newest is not None and request.method != "POST":
            parsed = load(newest.definition)
            context["drawing"] = draw(parsed, notes=notes_of(parsed))
        return render(request, "workflow/admin/new_version.html", context)

    def _try(
        self, request: HttpRequest, procedure: Procedure, definition: Any, context: dict[str, Any]
    ) -> HttpResponse:
        if "save" not in request.POST:
            proved = definition_check(code=procedure.code, definition=definition)
            context |= {"drawing": draw(proved, notes=notes_of(proved)), "is_sound": True}
            return render(request, "workflow/admin/new_version.html", context)
        actor = actor_for(request.user)  # type: ignore[arg-type]  # the admin lets only signed-in people in
        version = procedure_version_add(actor=actor, procedure_id=procedure.pk, definition=definition)
        messages.success(request, f"已保存{procedure.name}第{version.number}版，此后发起的流程按新版办理。")
        return HttpResponseRedirect(reverse("admin:workflow_procedure_change", args=[procedure.pk]))

    @action(description="启用 / 停用", url_path="switch", permissions=["manage"])  # type: ignore[untyped-decorator]  # unfold is untyped
    def switch(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask once, then switch: nobody can begin a run of a procedure that is off; running ones go on."""
        procedure = self.get_object(request, str(object_id))
        if procedure is None:
            raise NotFound
        if request.method != "POST":
            context = {
                **self.admin_site.each_context(request),
                "title": procedure.name,
                "procedure": procedure,
            }
            return render(request, "workflow/admin/switch.html", context)
        procedure_switch(
            actor=actor_for(request.user),  # type: ignore[arg-type]  # the admin lets only signed-in people in
            procedure_id=procedure.pk,
            is_enabled=not procedure.is_enabled,
        )
        messages.success(request, f"{procedure.name}已{'停用' if procedure.is_enabled else '启用'}。")
        return HttpResponseRedirect(reverse("admin:workflow_procedure_change", args=[procedure.pk]))


@admin.register(ProcedureVersion)
class ProcedureVersionAdmin(ShownAdmin):
    """Every version there was, drawn and as written."""

    list_display = ["of_procedure", "number", "created_at"]
    list_filter = ["procedure"]
    list_select_related = ["procedure"]
    fields = ["of_procedure", "number", "created_at", "drawn", "written"]
    readonly_fields = fields

    @admin.display(description="流程")
    def of_procedure(self, row: ProcedureVersion) -> str:
        """Of which procedure."""
        return row.procedure.name

    @admin.display(description="流程图")
    def drawn(self, row: ProcedureVersion) -> str:
        """The version as a diagram."""
        return picture(row.definition)

    @admin.display(description="定义")
    def written(self, row: ProcedureVersion) -> str:
        """The JSON."""
        text = json.dumps(row.definition, ensure_ascii=False, indent=2)
        return render_to_string("workflow/admin/_json.html", {"text": text})


@admin.register(Task)
class TaskAdmin(ShownAdmin):
    """Open to-dos as metadata, above all those whose holder has left; they are handed to another post here."""

    list_display = ["step_name", "holder", "post", "number", "arrived_at", "time_left"]
    list_filter = [HolderFilter]
    search_fields = ["person__name", "matter__reference_number"]
    fields = [
        "step_name",
        "holder",
        "post",
        "number",
        "previous_name",
        "arrived_at",
        "due_at",
        "state",
    ]
    readonly_fields = fields
    actions_detail = ["reassign"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Task]:
        """Open ones, with holder and post."""
        return open_tasks()

    @admin.display(description="办理人", ordering="person__name")
    def holder(self, row: Task) -> str:
        """Whose to-do it is."""
        return row.person.name

    @admin.display(description="任职")
    def post(self, row: Task) -> str:
        """In which post."""
        return post_words(row.appointment)

    @admin.display(description="事项")
    def number(self, row: Task) -> str:
        """The number if it has one, never the title."""
        return row.matter.reference_number or f"事项{row.matter_id}"

    @admin.display(description="剩余时限")
    def time_left(self, row: Task) -> str:
        """As the desk shows it."""
        return light_of(row.due_at, moment=now(), calendar=city_calendar()).text

    @action(description="转交", url_path="reassign", permissions=["manage"])  # type: ignore[untyped-decorator]  # unfold is untyped
    def reassign(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Give the to-do to another post, with a reason."""
        task = self.get_object(request, str(object_id))
        if task is None:
            raise NotFound
        form = ReassignForm(request.POST or None, posts=posts_offered(task.appointment.organ_id))
        if form.is_valid():
            task_reassign(
                actor=actor_for(request.user),  # type: ignore[arg-type]  # the admin lets only signed-in people in
                task_id=task.pk,
                appointment_id=form.cleaned_data["appointment"],
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, "已转交，接办人会收到待办。")
            return HttpResponseRedirect(reverse("admin:workflow_task_changelist"))
        context = {**self.admin_site.each_context(request), "title": "转交待办", "task": task, "form": form}
        return render(request, "workflow/admin/reassign.html", context)
