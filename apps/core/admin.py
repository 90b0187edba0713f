"""What the back office is made of: lists that only show, forms whose saving is a service, buttons that ask first."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.db.models import Model
from django.forms import Form, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.decorators import action

from apps.core.actors import Actor
from apps.core.errors import HouseError

F = TypeVar("F", bound=Callable[..., HttpResponse])


def button(description: str, *, permission: str, icon: str) -> Callable[[F], F]:
    """A button of a row's page or of a list, drawn when `has_<permission>_permission` says so; GET asks, POST acts."""
    decorator: Callable[[F], F] = action(description=description, permissions=[permission], icon=icon)
    return decorator


def acting(request: HttpRequest) -> Actor:
    """Who works in the back office."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]  # set by the middleware; admin lets no stranger in


SEARCH_HELP = "输入关键词查找"


class HouseAdmin(ModelAdmin):
    """A list is titled by what it lists; a row's page offers what its state allows and no save where nothing is edited."""

    search_help_text = SEARCH_HELP

    def offered(self, request: HttpRequest, name: str, row: Any) -> bool:
        """Whether the button `name` makes sense for `row` now; who may press it its permission says, and the service asks again."""
        return True

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """The buttons drawn on a row's page."""
        drawn = super().get_actions_detail(request, object_id)
        row = self.get_object(request, str(object_id)) if drawn else None
        if row is None:
            return []
        prefix = f"{self.opts.app_label}_{self.opts.model_name}_"
        return [one for one in drawn if self.offered(request, one.action_name.removeprefix(prefix), row)]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Titled by the plural, not by "choose one to change"."""
        shown = {"title": self.opts.verbose_name_plural, **(extra_context or {})}
        return super().changelist_view(request, shown)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Titled by the kind; another one is added from the page for adding."""
        shown = {"title": self.opts.verbose_name, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, shown | self.saving(request, object_id))

    def saving(self, request: HttpRequest, object_id: str | None) -> dict[str, bool]:
        """Which ways to save the page leaves out."""
        return {"show_save_and_add_another": False} if object_id else {}


class ReadOnlyAdmin(HouseAdmin):
    """Shown only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows are made elsewhere."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are changed by verbs of their own."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted."""
        return False


class ServiceForm(ModelForm):  # type: ignore[type-arg]  # generic for the type checker only
    """Checks the shape; what must be unique the service says in the house's words."""

    def validate_unique(self) -> None:
        """Left to the service."""


class ServiceAdmin(HouseAdmin):
    """Saving calls a service: `create` or `change` of the subclass; a refusal is shown in the form and nothing typed is lost."""

    form = ServiceForm
    actions = None
    edits_rows = True
    list_filter_submit = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted unless the subclass has a verb for it."""
        return False

    def saving(self, request: HttpRequest, object_id: str | None) -> dict[str, bool]:
        """A row whose facts never change has no save button (`edits_rows` False)."""
        if object_id is None or self.edits_rows:
            return super().saving(request, object_id)
        return dict.fromkeys(("show_save", "show_save_and_continue", "show_save_and_add_another"), False)

    def create(self, actor: Actor, data: dict[str, Any]) -> Model:
        """Call the service that makes a row."""
        raise NotImplementedError

    def change(self, actor: Actor, row: Any, data: dict[str, Any]) -> Model:
        """Call the service that changes `row`."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's signature
        """Hand the cleaned data to the service."""
        actor = acting(request)
        saved = (
            self.change(actor, obj, form.cleaned_data) if change else self.create(actor, form.cleaned_data)
        )
        obj.__dict__.update(saved.__dict__)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001  # Django's signature
        """The service has written everything."""

    def construct_change_message(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Any,
        add: bool = False,  # noqa: FBT001, FBT002  # Django's signature
    ) -> Any:
        """What was changed in the form; inlines only show."""
        return super().construct_change_message(request, form, [], add)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:  # noqa: FBT001, FBT002  # Django's signature
        """The form; in the second pass of `changeform_view` one that shows what the service refused."""
        form = super().get_form(request, obj, change=change, **options)
        refusal = getattr(request, "refusal", None)
        return _refusing(form, refusal) if refusal is not None else form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Django's view; when the service refuses, everything is rolled back and the same form comes again with the reason."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except HouseError as error:
            request.refusal = error  # type: ignore[attr-defined]  # read by `get_form`
            return super().changeform_view(request, object_id, form_url, extra_context)


def _refusing(form: "type[ModelForm[Any]]", refusal: HouseError) -> "type[ModelForm[Any]]":
    class Refused(form):  # type: ignore[misc, valid-type]  # a class made at run time
        def clean(self) -> Any:
            cleaned = super().clean()
            field = refusal.data.get("field")
            self.add_error(field if field in self.fields else None, refusal.message)
            return cleaned

    return Refused


def ask_and_do(
    admin: ModelAdmin,
    request: HttpRequest,
    *,
    title: str,
    text: str,
    form: Form | None,
    back: str,
    perform: Callable[[dict[str, Any]], str],
    preview: Callable[[dict[str, Any]], list[str]] | None = None,
) -> HttpResponse:
    """A button's page: GET says what will happen and asks, POST calls the service; its sentence is shown, or its refusal.

    With `preview` the first POST shows what would change, a line each, and only a second one that has seen these very lines acts.
    """
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            data = form.cleaned_data if form is not None else {}
            lines = preview(data) if preview is not None else []
            if lines and request.POST.get("seen") != _mark(lines):
                return _asked(admin, request, title=title, text=text, form=form, back=back, lines=lines)
            said = perform(data)
        except HouseError as error:
            if form is None:
                messages.error(request, error.message)
                return HttpResponseRedirect(back)
            field = error.data.get("field")
            form.add_error(field if field in form.fields else None, error.message)
        else:
            messages.success(request, said)
            return HttpResponseRedirect(back)
    return _asked(admin, request, title=title, text=text, form=form, back=back, lines=[])


def _asked(admin: ModelAdmin, request: HttpRequest, *, lines: list[str], **shown: Any) -> HttpResponse:
    context = {**admin.admin_site.each_context(request), "opts": admin.opts, "lines": lines, **shown}
    return render(request, "admin/ask_and_do.html", context | {"seen": _mark(lines) if lines else ""})


def _mark(lines: list[str]) -> str:
    """By which the second asking knows what the first one showed."""
    return sha256("\n".join(lines).encode()).hexdigest()


def change_url(row_type: type[Model], row_id: Any) -> str:
    """Address of a row's page in the back office."""
    app, model = row_type._meta.app_label, row_type._meta.model_name  # noqa: SLF001  # Django's documented name
    return reverse(f"admin:{app}_{model}_change", args=[row_id])
