"""The back office: each administrator sees the own part, writes go through services, everybody else finds nothing."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import Appointment, InternalUnit, Organ, Person, RecipientGroup, SecretaryDuty
from apps.audit.models import AuditEntry
from apps.audit.services import audit_seal, record
from apps.core.clock import now, today
from apps.core.models import CalendarDay, OutboxEvent
from apps.core.subjects import Subject
from apps.documents.models import NumberSeries
from tests.factories.world import PASSWORD, World
from tests.helpers.supervision import proposed

SignIn = Callable[[str], Client]

SYSTEM_SEES = {
    "accounts_person", "accounts_organ", "accounts_internalunit", "accounts_appointment", "accounts_secretaryduty",
    "accounts_delegation", "accounts_absence", "accounts_recipientgroup", "auth_group", "core_calendarday", "core_outboxevent",
}  # fmt: skip
SECURITY_SEES = {
    "accounts_person", "accounts_organ", "accounts_internalunit", "accounts_appointment", "accounts_secretaryduty",
    "accounts_delegation", "accounts_absence", "accounts_recipientgroup", "auth_group", "axes_accessattempt", "audit_auditentry",
}  # fmt: skip
AUDIT_SEES = {"auth_group", "audit_auditentry", "audit_auditblock"}
MINE = SYSTEM_SEES | SECURITY_SEES | AUDIT_SEES


def page(name: str, row: Any = None, act: str = "changelist") -> str:
    return reverse(f"admin:{name}_{act}", args=[row] if row is not None else [])


def said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"]) if answer.context else ""


@pytest.mark.parametrize(
    ("who", "sees"), [("sysadmin", SYSTEM_SEES), ("secadmin", SECURITY_SEES), ("auditadmin", AUDIT_SEES)]
)
def test_each_administrator_opens_the_own_lists_and_no_others(
    world: World, client_as: SignIn, who: str, sees: set[str]
) -> None:
    client = client_as(who)
    assert client.get(reverse("admin:index")).status_code == 200
    for name in MINE:
        assert (name, client.get(page(name)).status_code) == (name, 200 if name in sees else 403)


@pytest.mark.parametrize("who", ["head", "clerk", "stranger"])
def test_people_without_powers_find_no_back_office(world: World, client_as: SignIn, who: str) -> None:
    client = client_as(who)
    for path in (reverse("admin:index"), page("accounts_person"), page("audit_auditentry")):
        assert client.get(path, follow=True).status_code == 404


def test_strangers_are_sent_to_the_one_sign_in(world: World) -> None:
    answer = Client().get(page("accounts_person"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert page("accounts_person") in answer.redirect_chain[-1][0]


def test_no_content_is_registered() -> None:
    words = ("body", "opinion", "attachment", "message", "revision", "storedfile", "reading")
    names = [model._meta.model_name or "" for model in admin.site._registry]
    assert not [name for name in names if any(word in name for word in words)]


def test_only_the_back_office_may_evaluate_scripts(world: World, client_as: SignIn) -> None:
    client = client_as("sysadmin")
    assert "'unsafe-eval'" in client.get(reverse("admin:index"))["Content-Security-Policy"]
    assert "'unsafe-eval'" not in client.get(reverse("accounts:me"))["Content-Security-Policy"]


def test_a_list_with_tick_boxes_writes_no_style_the_page_policy_refuses(
    world: World, client_as: SignIn
) -> None:
    OutboxEvent.objects.create(
        kind="Tried", payload={}, status=OutboxEvent.Status.PARKED, next_attempt_at=now(), created_at=now()
    )
    page_text = client_as("sysadmin").get(page("core_outboxevent")).content.decode()
    bound = re.findall(r':style="([^"]*)"', page_text)
    assert bound  # the bar of the chosen rows
    assert all(value.startswith("{") for value in bound)  # set property by property, not as text


def test_a_new_person_is_closed_until_the_security_administrator_opens_the_account(
    world: World, client_as: SignIn
) -> None:
    system, security = client_as("sysadmin"), client_as("secadmin")
    data = {"login_name": "NewComer", "name": "曾新人", "mobile": "13800009999", "phone": "", "email": ""}
    assert system.post(page("accounts_person", act="add"), data | PostInlineForm).status_code == 302
    person = Person.objects.get(login_name="newcomer")
    assert not person.is_active
    assert {"zengxinren", "cengxinren"} <= set(person.pinyin.split())
    activate = reverse("admin:accounts_person_activate", args=[person.pk])
    assert system.get(activate).status_code == 403
    assert "启用后本人可以登录" in security.get(activate).content.decode()
    assert not Person.objects.get(pk=person.pk).is_active
    assert "已启用" in said(security.post(activate, follow=True))
    assert Person.objects.get(pk=person.pk).is_active


PostInlineForm = {
    f"appointments-{key}": value for key, value in (("TOTAL_FORMS", "0"), ("INITIAL_FORMS", "0"))
}


def test_a_refusal_comes_back_in_the_form_with_everything_typed(world: World, client_as: SignIn) -> None:
    data = {"login_name": "drafter!", "name": "某人", "mobile": "不是号码", "phone": "88061234", "email": ""}
    answer = client_as("sysadmin").post(page("accounts_person", act="add"), data | PostInlineForm)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "登录名须由" in text
    assert "88061234" in text
    assert not Person.objects.filter(name="某人").exists()


def test_a_used_login_name_is_never_used_again(world: World, client_as: SignIn) -> None:
    data = {"login_name": "Leaver", "name": "新人", "mobile": "", "phone": "", "email": ""}
    answer = client_as("sysadmin").post(page("accounts_person", act="add"), data | PostInlineForm)
    assert "不得重复使用" in str(answer.context["adminform"].form.errors)


def test_a_reset_password_is_shown_once_and_must_be_changed(world: World, client_as: SignIn) -> None:
    person = world.person("drafter")
    reset = reverse("admin:accounts_person_reset_password", args=[person.pk])
    text = said(client_as("secadmin").post(reset, follow=True))
    word = re.search(r"临时口令：(\S+?)（", text)
    assert word is not None
    fresh = Person.objects.get(pk=person.pk)
    assert fresh.check_password(word[1])
    assert fresh.must_change_password
    assert not fresh.check_password(PASSWORD)
    assert word[1] not in str(list(AuditEntry.objects.values_list("facts", "subject_text")))


def test_a_deactivated_account_loses_its_sessions_at_once(world: World, client_as: SignIn) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": "drafter", "password": PASSWORD})
    assert client.get(reverse("accounts:me")).status_code == 200
    deactivate = reverse("admin:accounts_person_deactivate", args=[world.person("drafter").pk])
    answer = client_as("secadmin").post(deactivate, {"reason": "调查期间停用"}, follow=True)
    assert "已停用" in said(answer)
    assert client.get(reverse("accounts:me")).status_code == 302


def test_one_person_is_at_most_one_of_the_three_and_holds_no_business_post(
    world: World, client_as: SignIn
) -> None:
    client = client_as("secadmin")
    for key, words in (("sysadmin", "一人只能担任一种管理员"), ("drafter", "管理员不得担任业务职务")):
        appoint = reverse("admin:accounts_person_appoint", args=[world.person(key).pk])
        assert words in client.post(appoint, {"administrator": "auditadmin"}).content.decode()
    dismiss = reverse("admin:accounts_person_dismiss", args=[world.person("secadmin").pk])
    assert "不能免去本人" in said(client.post(dismiss, follow=True))


def test_a_dismissed_administrator_finds_the_door_closed(world: World, client_as: SignIn) -> None:
    audit = client_as("auditadmin")
    assert audit.get(page("audit_auditentry")).status_code == 200
    dismiss = reverse("admin:accounts_person_dismiss", args=[world.person("auditadmin").pk])
    client_as("secadmin").post(dismiss)
    assert audit.get(page("audit_auditentry"), follow=True).status_code == 404


def test_roles_are_given_by_the_security_administrator_only(world: World, client_as: SignIn) -> None:
    post = world.post("drafter")
    path = reverse("admin:accounts_appointment_set_roles", args=[post.pk])
    assert client_as("sysadmin").post(path, {"roles": ["seal_keeper"]}).status_code == 403
    answer = client_as("secadmin").post(path, {"roles": ["seal_keeper", "archivist"]}, follow=True)
    assert "角色已更新" in said(answer)
    assert set(post.roles.values_list("role", flat=True)) == {"seal_keeper", "archivist"}


def test_a_post_is_opened_changed_and_closed(world: World, client_as: SignIn) -> None:
    client, person = client_as("sysadmin"), world.person("drafter")
    data = {
        "person": person.pk,
        "kind": "concurrent_post",
        "organ": world.organs["data"].pk,
        "unit": "",
        "post_title": "党组成员",
        "rank_order": "30",
        "started_on": "2026-01-01",
        "ended_on": "",
    }
    assert client.post(page("accounts_appointment", act="add"), data).status_code == 302
    post = Appointment.objects.get(person=person, post_title="党组成员")
    data = {
        "unit": "",
        "post_title": "党组副书记",
        "rank_order": "20",
        "in_charge_units": [],
        "in_charge_organs": [],
    }
    assert client.post(page("accounts_appointment", post.pk, "change"), data).status_code == 302
    close = reverse("admin:accounts_appointment_close", args=[post.pk])
    assert "不能早于" in client.post(close, {"day": "2025-01-01"}).content.decode()
    assert client.post(close, {"day": "2026-06-30"}).status_code == 302
    post.refresh_from_db()
    assert (post.post_title, post.ended_on) == ("党组副书记", date(2026, 6, 30))


def test_a_second_regular_post_is_refused_in_words(world: World, client_as: SignIn) -> None:
    data = {
        "person": world.person("drafter").pk,
        "kind": "regular",
        "organ": world.organs["data"].pk,
        "unit": "",
        "post_title": "科员",
        "rank_order": "30",
        "started_on": "2026-01-01",
        "ended_on": "",
    }
    answer = client_as("sysadmin").post(page("accounts_appointment", act="add"), data)
    assert "请先免去现职" in answer.content.decode()


def test_organs_are_made_moved_and_abolished(world: World, client_as: SignIn) -> None:
    client = client_as("sysadmin")
    data = {
        "full_name": "岱海市水务局",
        "short_name": "市水务局",
        "organ_code": "岱水",
        "level": "city",
        "kind": "department",
        "rank_order": "30",
        "superior": world.organs["city"].pk,
        "guiding_organ": "",
    }
    assert client.post(page("accounts_organ", act="add"), data).status_code == 302
    organ = Organ.objects.get(full_name="岱海市水务局")
    assert organ.path == f"{world.organs['city'].path}{organ.pk}/"
    unit = {"organ": organ.pk, "parent": "", "name": "防汛科", "rank_order": "10"}
    assert client.post(page("accounts_internalunit", act="add"), unit).status_code == 302
    assert "已有或曾有" in client.post(page("accounts_internalunit", act="add"), unit).content.decode()
    abolish = reverse("admin:accounts_organ_abolish", args=[organ.pk])
    assert client.post(abolish, {"day": today().isoformat()}).status_code == 302
    assert InternalUnit.objects.get(organ=organ).abolished_on == today()
    busy = reverse("admin:accounts_organ_abolish", args=[world.organs["finance"].pk])
    assert "人在任" in client.post(busy, {"day": today().isoformat()}).content.decode()


def test_kept_groups_and_secretaries_are_kept_by_services(world: World, client_as: SignIn) -> None:
    client = client_as("sysadmin")
    data = {
        "name": "各部门",
        "organ": "",
        "members": [world.organs["data"].pk, world.organs["finance"].pk],
        "rank_order": "1",
    }
    assert client.post(page("accounts_recipientgroup", act="add"), data).status_code == 302
    group = RecipientGroup.objects.get(name="各部门")
    assert group.members.count() == 2
    assert (
        client.post(page("accounts_recipientgroup", group.pk, "delete"), {"post": "yes"}).status_code == 302
    )
    assert AuditEntry.objects.filter(action="accounts.group_remove").exists()
    duty = SecretaryDuty.objects.get()
    assert client.post(page("accounts_secretaryduty", duty.pk, "delete"), {"post": "yes"}).status_code == 302
    wrong = {"secretary": world.post("secretary").pk, "leader": world.post("bureau_head").pk}
    assert "同一机关" in client.post(page("accounts_secretaryduty", act="add"), wrong).content.decode()


def test_a_year_is_imported_from_the_notice_and_a_day_corrected(world: World, client_as: SignIn) -> None:
    client, path = client_as("sysadmin"), reverse("admin:core_calendarday_import_year")
    data = {"year": "2026", "source": "published", "notice_text": "放假通知"}
    assert "请粘贴通知全文" in client.post(path, data).content.decode()
    shown = client.post(path, data | {"notice_text": ""})
    assert "确认变动" in shown.content.decode()
    assert OutboxEvent.objects.filter(kind="accounts.CalendarChanged").count() == 0
    seen = {"notice_text": "", "seen": shown.context["seen"]}
    assert "确认变动" in client.post(path, data | seen | {"year": "2025"}).content.decode()
    assert "共 39 天" in said(client.post(path, data | seen, follow=True))
    assert "无须暂按" in client.post(path, data | {"source": "provisional"}).content.decode()
    assert "暂排" in said(
        client.post(path, {"year": "2028", "source": "provisional", "notice_text": ""}, follow=True)
    )
    assert CalendarDay.objects.filter(date__year=2028, is_provisional=True).exists()
    day = {"date": "2026-11-25", "kind": "adjusted_rest", "name": "市运会", "source": ""}
    assert "请填写依据" in client.post(page("core_calendarday", act="add"), day).content.decode()
    assert (
        client.post(page("core_calendarday", act="add"), day | {"source": "岱政办发〔2026〕9号"}).status_code
        == 302
    )
    assert OutboxEvent.objects.filter(kind="accounts.CalendarChanged").count() == 3


def test_parked_events_are_sent_again_and_others_refused(world: World, client_as: SignIn) -> None:
    parked, done = (
        OutboxEvent.objects.create(
            kind="accounts.PersonLeft",
            payload={"person_id": 1},
            status=status,
            attempt_count=8,
            next_attempt_at=now(),
            created_at=now(),
        )
        for status in ("parked", "done")
    )
    data = {"action": "redeliver", "_selected_action": [parked.pk, done.pk]}
    text = said(client_as("sysadmin").post(page("core_outboxevent"), data, follow=True))
    assert "1 个事件已重新投递" in text
    assert "没有搁置" in text
    parked.refresh_from_db()
    assert (parked.status, parked.attempt_count) == ("queued", 0)


def test_a_locked_account_is_released(world: World, client_as: SignIn) -> None:
    from axes.models import AccessAttempt

    for _ in range(5):
        Client().post(reverse("account_login"), {"login": "drafter", "password": "x-Wrong-1"})
    attempts = list(AccessAttempt.objects.values_list("pk", flat=True))
    data = {"action": "release", "_selected_action": attempts}
    listed = client_as("secadmin").get(page("axes_accessattempt")).content.decode()
    assert "登录锁定" in listed
    assert not re.search("access attempt|>Axes<", listed, re.IGNORECASE)
    assert "已解除锁定" in said(client_as("secadmin").post(page("axes_accessattempt"), data, follow=True))
    answer = Client().post(reverse("account_login"), {"login": "drafter", "password": PASSWORD})
    assert answer.status_code == 302


def test_the_record_is_read_by_the_rules_of_separation(world: World, client_as: SignIn) -> None:
    clients = {key: Client() for key in ("sysadmin", "secadmin", "auditadmin", "drafter")}
    for key, client in clients.items():
        client.post(reverse("account_login"), {"login": key, "password": PASSWORD})
    audit_seal()
    names = {key: world.person(key).name for key in clients}
    by_audit = clients["auditadmin"].get(page("audit_auditentry")).content.decode()
    assert {key for key, name in names.items() if name in main(by_audit)} == {
        "sysadmin",
        "secadmin",
        "drafter",
    }
    by_security = clients["secadmin"].get(page("audit_auditentry")).content.decode()
    assert {key for key, name in names.items() if name in main(by_security)} == {"auditadmin", "drafter"}
    own = AuditEntry.objects.get(person_name=names["auditadmin"])
    assert clients["auditadmin"].get(page("audit_auditentry", own.pk, "change")).status_code == 302
    other = AuditEntry.objects.get(person_name=names["drafter"])
    assert "第 " in clients["auditadmin"].get(page("audit_auditentry", other.pk, "change")).content.decode()


def main(text: str) -> str:
    """The table of a list, without the frame that names the reader."""
    return text[text.index("result_list") :] if "result_list" in text else text


@pytest.mark.parametrize(
    "name", ["accounts_person", "accounts_appointment", "accounts_organ", "audit_auditentry"]
)
def test_lists_cost_the_same_for_three_rows_and_for_thirty(
    world: World, client_as: SignIn, name: str
) -> None:
    client = client_as("secadmin")
    few = cost(client, page(name))
    for number in range(30):
        person = Person.objects.create(login_name=f"extra{number}", name=f"人{number}")
        organ = Organ.objects.create(
            full_name=f"机关{number}", short_name=f"机{number}", level="city", kind="other", path="/x/"
        )
        Appointment.objects.create(person=person, organ=organ, post_title="科员", started_on=today())
        record("accounts.absence_record", actor=None)
    assert cost(client, page(name)) == few


def cost(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_the_preview_of_an_import_names_each_day_that_changes(world: World, client_as: SignIn) -> None:
    client, path = client_as("sysadmin"), reverse("admin:core_calendarday_import_year")
    data = {"year": "2026", "source": "published", "notice_text": ""}
    CalendarDay.objects.filter(date__year=2026).delete()
    CalendarDay.objects.create(date=date(2026, 10, 1), kind="statutory", name="国庆节", is_provisional=True)
    CalendarDay.objects.create(date=date(2026, 11, 25), kind="adjusted_rest", name="市运会")
    lines = client.post(path, data).context["lines"]
    assert lines[0] == "变动 39 天，与现有安排相同 1 天。现有安排为暂按，导入后转为正式。"
    assert "2026年2月17日（周二）：平常日 → 法定节假日 春节" in lines
    assert "2026年11月25日（周三）：调休放假 市运会 → 平常日" in lines
    assert not [line for line in lines if "10月1日" in line]


BUTTONS = {
    "open account": ("drafter", {"停用", "重置口令"}),
    "closed account": ("stranger", {"启用", "重置口令"}),
    "administrator": ("sysadmin", {"停用", "重置口令", "免去管理员"}),
    "one who left": ("leaver", set()),
}


@pytest.mark.parametrize("state", BUTTONS)
def test_a_person_s_page_offers_only_what_fits_the_account(
    world: World, client_as: SignIn, state: str
) -> None:
    who, offered = BUTTONS[state]
    person = world.person(who)
    if state == "closed account":
        Person.objects.filter(pk=person.pk).update(is_active=False)
    answer = client_as("secadmin").get(page("accounts_person", person.pk, "change"))
    assert {button["title"] for button in answer.context["actions_detail"]} == offered


def test_a_row_that_cannot_be_edited_has_no_save_button(world: World, client_as: SignIn) -> None:
    series = NumberSeries.objects.create(
        organ=world.organs["office"], prefix="岱政办发", year=2031, is_default=True
    )
    text = client_as("sysadmin").get(page("documents_numberseries", series.pk, "change")).content.decode()
    assert 'name="_save"' not in text
    assert "设为默认" not in text


def test_a_supervised_item_is_shown_without_its_words(world: World, client_as: SignIn) -> None:
    item = proposed(world)
    text = client_as("sysadmin").get(page("supervision_supervisionitem", item.pk, "change")).content.decode()
    assert item.title not in text


def test_the_record_names_content_by_kind_and_number_never_by_title(world: World, client_as: SignIn) -> None:
    title = "关于涉企检查问题的线索"
    record("documents.sign", actor=None, subject=Subject("documents.outgoing", 17), subject_text=title)
    record(
        "documents.number",
        actor=None,
        subject=Subject("documents.outgoing", 18),
        subject_text="岱政办发〔2026〕9号",
    )
    record("duty.event", actor=None, subject_text=title)
    record("accounts.organ_create", actor=None, subject_text="岱海市水务局")
    client = client_as("auditadmin")
    text = client.get(page("audit_auditentry")).content.decode()
    assert title not in text
    assert all(words in text for words in ("发文 17", "岱政办发〔2026〕9号", "岱海市水务局"))
    for row in AuditEntry.objects.all():
        assert title not in client.get(page("audit_auditentry", row.pk, "change")).content.decode()


@pytest.mark.parametrize(
    ("term", "found"), [("线索", 0), ("签发公文", 1), ("水务局", 1), ("2026〕9号", 1), ("documents.sign", 1)]
)
def test_a_search_of_the_record_cannot_try_out_titles(
    world: World, client_as: SignIn, term: str, found: int
) -> None:
    record("documents.sign", actor=None, subject_text="关于涉企检查问题的线索")
    record("documents.number", actor=None, subject_text="岱政办发〔2026〕9号")
    record("accounts.organ_create", actor=None, subject_text="岱海市水务局")
    answer = client_as("auditadmin").get(page("audit_auditentry"), {"q": term})
    assert answer.context["cl"].result_count == found


def test_every_word_of_the_back_office_is_chinese() -> None:
    strange = {
        (model._meta.label, name)  # Django's documented name
        for model, model_admin in admin.site._registry.items()  # Django offers no other list
        if model._meta.app_label not in ("mfa", "usersessions")
        for name in model_admin.list_display
        if re.fullmatch(r"[ -~]+", str(label_for_field(name, model, model_admin)))
    }
    assert strange == {("core.OutboxEvent", "id")}
