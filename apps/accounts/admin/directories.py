"""Back office of directories: the system administrator keeps, tries and imports, the security administrator opens and freezes."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from unfold.widgets import INPUT_CLASSES

from apps.accounts.directories.comparing import Comparison
from apps.accounts.models import DirectoryLink, DirectorySource
from apps.accounts.selectors.directories import (
    directory_compared,
    directory_fetched,
    links_listed,
    source_of,
    sources_listed,
    waiting,
)
from apps.accounts.services import (
    directory_close,
    directory_import,
    directory_keep,
    directory_open,
    directory_save,
)
from apps.core.actors import Actor
from apps.core.admin import ReadOnlyAdmin, ServiceAdmin, ServiceForm, acting, ask_and_do, button, change_url
from apps.core.errors import HouseError

SHOWN = 200
Awaits = DirectoryLink.Awaits
SERVER_FIELDS: list[str | tuple[str, ...]] = [("host", "port"), "security", ("bind_name", "secret"), "ca_pem"]


class DirectorySourceForm(ServiceForm):
    """The secret is typed in, never shown."""

    secret = forms.CharField(
        label="口令",
        max_length=400,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": " ".join(INPUT_CLASSES)}),
        help_text="已保存的不再显示；留空为不变，换了服务器或绑定名须重新填写",
    )


@admin.register(DirectorySource)
class DirectorySourceAdmin(ServiceAdmin):
    """目录来源."""

    form = DirectorySourceForm
    list_display = [
        "name",
        "host",
        "organ",
        "people",
        "decisions",
        "last_run_at",
        "last_result",
        "is_nightly",
    ]
    readonly_fields = ["last_run_at", "last_result"]
    fieldsets = [
        ("目录", {"fields": [("name", "organ"), "is_nightly", ("last_run_at", "last_result")]}),
        ("服务器", {"fields": SERVER_FIELDS}),
        (
            "人员",
            {
                "fields": [
                    "base",
                    "person_filter",
                    ("key_attribute", "login_attribute"),
                    ("name_attribute", "mobile_attribute"),
                    ("phone_attribute", "email_attribute"),
                    ("title_attribute", "default_title"),
                    "rank_attribute",
                ]
            },
        ),
        (
            "科室",
            {
                "fields": [
                    "units_from",
                    "unit_filter",
                    ("unit_name_attribute", "unit_parent_attribute"),
                ]
            },
        ),
    ]
    actions_detail = ["try_out", "look", "open_new", "close_gone"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DirectorySource]:
        """With counts."""
        return sources_listed()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who only reads is not asked for a secret."""
        if self.has_change_permission(request, obj):
            return self.fieldsets
        shown = [("bind_name" if one == ("bind_name", "secret") else one) for one in SERVER_FIELDS]
        return [
            (title, {"fields": shown} if title == "服务器" else options) for title, options in self.fieldsets
        ]

    def has_opening_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The security administrator."""
        return bool(request.user.has_perm("accounts.change_directorylink"))

    def offered(self, request: HttpRequest, name: str, row: DirectorySource) -> bool:
        """Decisions only while some wait."""
        counts = {
            "open_new": getattr(row, "opening_count", 0),
            "close_gone": getattr(row, "closing_count", 0),
        }
        return bool(counts.get(name, 1))

    @admin.display(description="人员")
    def people(self, row: DirectorySource) -> int:
        """How many are linked."""
        return int(getattr(row, "people_count", 0))

    @admin.display(description="待确认")
    def decisions(self, row: DirectorySource) -> str:
        """What waits for the security administrator."""
        counts = ((getattr(row, "opening_count", 0), "待启用"), (getattr(row, "closing_count", 0), "待停用"))
        return "，".join(f"{count} 人{word}" for count, word in counts if count) or "—"

    @admin.display(description="最近一次结果")
    def last_result(self, row: DirectorySource) -> str:
        """In words."""
        if row.last_run_good is None:
            return "还没有导入过"
        return row.last_run_text if row.last_run_good else f"没有导入：{row.last_run_text}"

    def create(self, actor: Actor, data: dict[str, Any]) -> DirectorySource:
        """A new directory."""
        return self._save(actor, None, data)

    def change(self, actor: Actor, row: DirectorySource, data: dict[str, Any]) -> DirectorySource:
        """Correct it."""
        return self._save(actor, row.pk, data)

    @staticmethod
    def _save(actor: Actor, source_id: int | None, data: dict[str, Any]) -> DirectorySource:
        facts = {name: value.strip() if isinstance(value, str) else value for name, value in data.items()}
        facts.pop("secret")
        return directory_save(actor=actor, source_id=source_id, facts=facts, secret=data["secret"])

    @button("试连接", permission="change", icon="network_check")
    def try_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask the server and say how much came."""

        def perform(data: dict[str, Any]) -> str:
            answers = directory_fetched(source_of(int(object_id)))
            units = f"、{len(answers[1].entries)} 个组织单元" if len(answers) > 1 else ""
            return f"连接成功，取到 {len(answers[0].entries)} 个人员条目{units}。没有导入任何内容。"

        return ask_and_do(
            self,
            request,
            title="试连接",
            text="按已保存的设置连接目录并取一次全部条目，不改动任何内容。请先保存设置。",
            form=None,
            back=change_url(DirectorySource, object_id),
            perform=perform,
        )

    @button("预演与导入", permission="change", icon="cloud_sync")
    def look(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """GET shows what would change, row by row; POST takes exactly that."""
        back = change_url(DirectorySource, object_id)
        try:
            source = source_of(int(object_id))
            answers = directory_fetched(source)
            if request.method == "POST":
                done = directory_import(
                    actor=acting(request),
                    source_id=source.pk,
                    answers=answers,
                    seen=request.POST.get("seen", ""),
                )
                messages.success(request, f"{done.summary}。")
                return HttpResponseRedirect(back)
            found = directory_compared(source, answers)
        except HouseError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(back)
        return self._shown(request, source, found, back)

    def _shown(
        self, request: HttpRequest, source: DirectorySource, found: Comparison, back: str
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"预演：{source.name}",
            "found": found,
            "tables": tables_of(found),
            "shown": SHOWN,
            "back": back,
        }
        return render(request, "admin/accounts/directory_preview.html", context)

    @button("启用新人员", permission="opening", icon="how_to_reg")
    def open_new(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Everybody newly come."""
        return self._decide(
            request,
            object_id,
            awaits=Awaits.OPENING,
            title="启用新人员",
            text="启用后本人可以登录，按任职行使权限。口令请用“生成初始口令表”取得，或由统一身份登录。",
            perform=lambda: (
                f"已启用 {directory_open(actor=acting(request), source_id=int(object_id))} 人的账号。"
            ),
        )

    @button("停用已离开的人", permission="opening", icon="person_off")
    def close_gone(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Everybody gone."""
        return self._decide(
            request,
            object_id,
            awaits=Awaits.CLOSING,
            title="停用已离开的人",
            text="停用立即生效，所有设备上的登录将被退出；任职和在办事项保留，可再次启用。需要留下的，请先在“目录人员”中选“保留启用”。",
            perform=lambda: (
                f"已停用 {directory_close(actor=acting(request), source_id=int(object_id))} 人的账号。"
            ),
        )

    def _decide(
        self, request: HttpRequest, object_id: str, *, awaits: str, perform: Any, **asked: str
    ) -> HttpResponse:
        """The names are shown first; who came since is not decided about unseen."""

        def lines(data: dict[str, Any]) -> list[str]:
            people = [link.person for link in waiting(int(object_id), awaits)]
            return [
                f"共 {len(people)} 人：",
                *(f"{one.name}（{one.login_name}）" for one in people if one),
            ]

        return ask_and_do(
            self,
            request,
            form=None,
            back=change_url(DirectorySource, object_id),
            perform=lambda _: perform(),
            preview=lines,
            **asked,
        )


def tables_of(found: Comparison) -> list[dict[str, Any]]:
    """The lists of a preview: heading, how many, columns and the first rows."""
    new = [(one.planned.name, one.planned.login_name, one.post.organ, one.post.unit, one.post.post_title, one.entry.dn)
           for one in found.new_people]  # fmt: skip
    units = [
        (one.planned.organ, one.planned.name, one.planned.parent or "—", one.draft.dn)
        for one in found.new_units
    ]
    renamed = [
        (one.planned.organ, f"{one.unit.parent or '—'} / {one.unit.name}", f"{one.planned.parent or '—'} / {one.planned.name}")
        for one in found.changed_units if one.unit
    ]  # fmt: skip
    changed = [
        (one.person.name, one.person.login_name, one.words) for one in found.changed_people if one.person
    ]
    moved = [
        (one.person.name, one.person.login_name, f"{one.person.post.organ} {one.person.post.unit}".strip(),
         f"{one.post.organ} {one.post.unit}".strip())
        for one in found.moved_people if one.person and one.person.post
    ]  # fmt: skip
    gone = [
        (one.name, one.login_name, f"{one.post.unit} {one.post.title}".strip() if one.post else "—")
        for one in found.gone
    ]
    drawn = (
        ("新增人员（待安全管理员启用）", ("姓名", "登录名", "机关", "科室", "职务", "目录条目"), new),
        ("新增科室", ("机关", "科室", "上级科室", "目录条目"), units),
        ("更名或调整的科室", ("机关", "现在", "目录中"), renamed),
        ("更新人员", ("姓名", "登录名", "变动"), changed),
        ("换了单位的人（不自动调动，请办理工作交接）", ("姓名", "登录名", "现在", "目录中"), moved),
        ("已不在目录的人（待安全管理员确认停用）", ("姓名", "登录名", "任职"), gone),
    )
    return [
        {"title": title, "count": len(rows), "headers": list(headers), "rows": [list(row) for row in rows[:SHOWN]]}
        for title, headers, rows in drawn
        if rows
    ]  # fmt: skip


@admin.register(DirectoryLink)
class DirectoryLinkAdmin(ReadOnlyAdmin):
    """目录人员: who in which directory is whom here, and what waits to be decided."""

    list_display = ["person", "login_name", "source", "place", "awaits", "seen_at"]
    list_filter = ["source", "awaits"]
    search_fields = ["person__name", "person__login_name", "place"]
    fields = ["person", "source", "place", "key", "awaits", "seen_at"]
    actions = ["keep"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DirectoryLink]:
        """People only."""
        return links_listed()

    def has_keep_permission(self, request: HttpRequest) -> bool:
        """The security administrator."""
        return bool(request.user.has_perm("accounts.change_directorylink"))

    @admin.display(description="登录名")
    def login_name(self, row: DirectoryLink) -> str:
        """For life."""
        return row.person.login_name if row.person else "—"

    @admin.action(description="保留启用", permissions=["keep"])
    def keep(self, request: HttpRequest, queryset: QuerySet[DirectoryLink]) -> None:
        """Not to be frozen though the directory has them no more."""
        ids = [row.pk for row in queryset]
        count = directory_keep(actor=acting(request), link_ids=ids)
        others = "；所选的其余各行不是“待停用”，没有改动" if count < len(ids) else ""
        messages.success(request, f"{count} 人保留启用{others}。")
