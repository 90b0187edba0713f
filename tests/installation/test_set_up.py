"""The first set-up: a link that works once, steps that may be interrupted, an end that is the end."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from apps.accounts.models import Organ, Person
from apps.audit.models import AuditEntry
from apps.core import clock
from apps.documents.models import ESeal, NumberSeries
from apps.installation.models import Installation
from apps.installation.services import link_open
from apps.workflow.models import Procedure
from config.logs import links_hidden
from tests.accounts.test_staffing import PEOPLE_HEADS, UNIT_HEADS, book
from tests.factories.world import World

TOKEN = "a-token-of-the-operator"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=clock.CITY_ZONE)
STEPS = ("organ", "administrators", "people", "groundwork", "channels", "checklist")
PAGES = (*STEPS, "resume", "people_template")
ACTS = ("administrator_words", "people_import", "people_passwords")
ORGAN = {
    "full_name": "青石县人民政府办公室", "short_name": "县政府办", "organ_code": "青政办发", "level": "county", "kind": "office",
}  # fmt: skip
THREE = {
    "sysadmin_name": "江一", "sysadmin_login_name": "xitong",
    "secadmin_name": "江二", "secadmin_login_name": "anquan",
    "auditadmin_name": "江三", "auditadmin_login_name": "shenji",
}  # fmt: skip
STAFF = [
    ("江临川", "", "", "", "主任", "", "", "主要负责人"),
    ("周明远", "", "", "办公室", "办公室主任", "", "", "办公室主任"),
    ("白露", "", "", "办公室", "科员", "", "", "文书、印章保管人"),
]


@pytest.fixture
def real(db: None, settings: Any) -> None:
    """A real, empty installation whose link is open."""
    settings.TONGZHOU_MODE = "real"
    link_open(digest=hashlib.sha256(TOKEN.encode()).hexdigest())


@pytest.fixture
def holder(real: None) -> Client:
    """The browser that took the link."""
    client = Client()
    answer = client.post(reverse("installation:begin", args=[TOKEN]))
    assert answer.headers["Location"] == reverse("installation:resume")
    return client


def url(name: str) -> str:
    """Address of a step."""
    return reverse(f"installation:{name}")


def upload(client: Client, data: bytes, name: str = "名单.xlsx") -> Any:
    """Choose a workbook and look at it."""
    return client.post(url("people"), {"workbook": SimpleUploadedFile(name, data)})


def with_organ(client: Client) -> None:
    """The first step."""
    assert client.post(url("organ"), ORGAN).status_code == 302


def test_the_link_is_shown_without_being_used_and_dies_with_its_use(real: None) -> None:
    """A preview of the link in a chat does not burn it; a second browser comes too late."""
    begin = reverse("installation:begin", args=[TOKEN])
    assert Client().get(begin).status_code == 200
    first, second = Client(), Client()
    assert first.get(begin).status_code == 200
    assert first.post(begin).status_code == 302
    assert second.post(begin).status_code == 404
    assert "已经用过" in second.get(begin).content.decode()
    assert first.get(url("organ")).status_code == 200
    assert second.get(url("organ")).status_code == 404


def test_the_token_is_kept_as_digest_and_out_of_the_logs(real: None) -> None:
    """Whoever reads database or log cannot begin."""
    row = Installation.objects.values().get()
    assert TOKEN not in str(row)
    hidden = links_hidden(None, "", {"request": f"GET /setup/begin/{TOKEN}/", "code": 200})
    assert hidden == {"request": "GET /setup/begin/…/", "code": 200}


def test_the_link_expires_after_a_day(real: None) -> None:
    """An old terminal is no key."""
    with clock.at(clock.now() + timedelta(hours=25)):
        assert Client().post(reverse("installation:begin", args=[TOKEN])).status_code == 404


def test_a_new_link_takes_over_from_the_former_browser(
    holder: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    """Resuming elsewhere, after the session was lost."""
    with_organ(holder)
    call_command("setup_link")
    token = capsys.readouterr().out.split("/setup/begin/")[1].split("/")[0]
    other = Client()
    assert other.post(reverse("installation:begin", args=[token])).status_code == 302
    assert other.get(url("resume")).headers["Location"] == url("administrators")
    assert holder.get(url("organ")).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_not_there_for_anybody_else(
    real: None, world: World, client_as: Callable[[str], Client], name: str
) -> None:
    """Strangers, people and administrators, during the set-up. The system administrator may read the check list alone."""
    for who in ("head", "clerk", "secadmin", "auditadmin"):
        assert client_as(who).get(url(name)).status_code == 404
    assert Client().get(url(name)).status_code == 404
    assert client_as("sysadmin").get(url(name)).status_code == (200 if name == "checklist" else 404)


@pytest.mark.parametrize("name", ACTS)
def test_acts_are_not_there_for_anybody_else(
    real: None, world: World, client_as: Callable[[str], Client], name: str
) -> None:
    """Nobody imports or prints passwords past the set-up."""
    for client in (
        Client(),
        client_as("sysadmin"),
        client_as("secadmin"),
        client_as("auditadmin"),
        client_as("head"),
    ):
        assert client.post(url(name)).status_code == 404


def test_the_demo_city_has_no_set_up(db: None) -> None:
    """Neither link nor pages."""
    with pytest.raises(CommandError, match="演示环境没有首次设置"):
        call_command("setup_link")
    assert Client().get(url("organ")).status_code == 404


def test_the_whole_way_to_the_end(holder: Client) -> None:
    """Organ, three administrators, people, groundwork, check list, end; then nothing opens again."""
    with clock.at(MONDAY):
        with_organ(holder)
        words = holder.post(url("administrators"), THREE).content.decode()
        assert Person.objects.filter(is_staff=True, is_active=True, must_change_password=True).count() == 3
        assert words.count('class="setup__word"') == 3
        data = book(科室=[UNIT_HEADS, ("办公室", "", "是")], 人员=[PEOPLE_HEADS, *STAFF])
        assert "确认导入 3 人" in upload(holder, data).content.decode()
        assert Person.objects.count() == 3
        assert holder.post(url("people_import")).status_code == 302
        assert holder.post(url("people_import")).status_code == 409
        assert Person.objects.count() == 6
        sheet = load_workbook(BytesIO(holder.post(url("people_passwords")).content)).active
        assert sheet["E2"].value == "jianglinchuan"
        answer = holder.post(url("groundwork"), {"first_serial": "38", "seal_name": ""})
        assert answer.headers["Location"] == url("groundwork")
        assert set(Procedure.objects.values_list("code", flat=True)) == {
            "outgoing",
            "incoming",
            "meeting",
            "away",
            "agenda_proposal",
            "info_item",
            "bulletin_issue",
        }
        assert NumberSeries.objects.get().next_serial == 38
        assert ESeal.objects.get().name == ORGAN["full_name"]
        assert "可以开始办公" in holder.get(url("checklist")).content.decode()
        assert "设置完成" in holder.post(url("checklist")).content.decode()
    assert holder.get(url("organ")).status_code == 404
    with pytest.raises(CommandError, match="已经完成"):
        call_command("setup_link")
    with pytest.raises(SystemExit) as ended:
        call_command("setup_link", digest="0" * 64)
    assert ended.value.code == 4
    assert AuditEntry.objects.filter(action="installation.finish").count() == 1


def test_an_interrupted_set_up_goes_on_where_it_stopped(holder: Client) -> None:
    """What is done is read from what is there."""
    assert holder.get(url("resume")).headers["Location"] == url("organ")
    with_organ(holder)
    assert holder.get(url("resume")).headers["Location"] == url("administrators")
    holder.post(url("administrators"), THREE)
    assert holder.get(url("resume")).headers["Location"] == url("people")
    assert holder.post(url("administrators"), THREE).status_code == 422
    renewed = holder.post(url("administrator_words")).content.decode()
    assert renewed.count('class="setup__word"') == 3


def test_the_organ_may_be_corrected_and_is_one(holder: Client) -> None:
    """Going back changes the organ instead of making a second."""
    with_organ(holder)
    holder.post(url("organ"), {**ORGAN, "short_name": "县府办"})
    assert Organ.objects.get().short_name == "县府办"
    wrong = holder.post(url("organ"), {**ORGAN, "full_name": ""})
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    "change", [{"secadmin_name": "江一"}, {"secadmin_login_name": "XITONG"}, {"auditadmin_name": ""}]
)
def test_the_three_are_three_people(holder: Client, change: dict[str, str]) -> None:
    """One person holds at most one of the three; nobody is made when one is wrong."""
    with_organ(holder)
    assert holder.post(url("administrators"), {**THREE, **change}).status_code == 422
    assert Person.objects.count() == 0


def test_a_workbook_with_mistakes_is_shown_by_row_and_cannot_be_imported(holder: Client) -> None:
    """Nothing is taken; the button is not offered; a forged post is refused."""
    with_organ(holder)
    page = upload(holder, book(人员=[PEOPLE_HEADS, ("石磊", "", "", "无此科", "")])).content.decode()
    assert "2 处需要更正" in page
    assert "确认导入" not in page
    assert holder.post(url("people_import")).status_code == 422
    assert Person.objects.count() == 0
    assert "这不是 .xlsx 文件" in upload(holder, b"name,post", "a.csv").content.decode()


def test_the_set_up_does_not_end_while_something_needed_is_missing(holder: Client) -> None:
    """The refusal names what."""
    with_organ(holder)
    answer = holder.post(url("checklist"))
    assert answer.status_code == 409
    assert "尚缺：系统管理员、安全管理员、审计管理员、人员" in answer.content.decode()
    assert holder.get(url("organ")).status_code == 200


def test_a_trial_mail_goes_out_or_says_why_not(holder: Client, settings: Any) -> None:
    """Without a server it is said where to set one; an address that is neither is refused."""
    with_organ(holder)
    trial = {"act": "trial", "address": "clerk@qingshi.invalid"}
    assert holder.post(url("channels"), trial).status_code == 302
    assert mail.outbox[0].to == ["clerk@qingshi.invalid"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "请先保存邮件服务器" in holder.post(url("channels"), trial).content.decode()
    assert holder.post(url("channels"), trial | {"address": "8806"}).status_code == 422
    assert (
        "请先保存短信网关"
        in holder.post(url("channels"), trial | {"address": "13900000001"}).content.decode()
    )
    assert holder.post(url("channels"), {"address": "13900000001"}).status_code == 404


def test_the_holder_keeps_a_mail_server_and_mends_a_wrong_one(holder: Client, settings: Any) -> None:
    """A refusal comes beside its field with what was typed; the secret is on no page."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    with_organ(holder)
    typed = {"act": "mail", "mail_host": "http://mail", "mail_port": "", "mail_security": "smtps",
             "mail_user": "oa", "mail_password": "hush-hush", "mail_from": ""}  # fmt: skip
    refused = holder.post(url("channels"), typed)
    assert refused.status_code == 422
    assert "不带 http:// 和端口" in refused.content.decode()
    assert "hush-hush" not in refused.content.decode()
    assert holder.post(url("channels"), typed | {"mail_host": "mail.qingshi.invalid"}).status_code == 302
    page = holder.get(url("channels")).content.decode()
    assert "使用保存的设置（mail.qingshi.invalid:465）" in page
    assert "hush-hush" not in page
    assert (
        holder.post(
            url("channels"), {"act": "sms", "sms_url": "https://sms.invalid/send", "sms_token": "t"}
        ).status_code
        == 302
    )
    assert "短信" in holder.get(url("checklist")).content.decode()


def test_the_groundwork_laid_twice_is_laid_once(holder: Client) -> None:
    """A double click makes no second series or seal; a year that is not published is 暂按."""
    with clock.at(MONDAY):
        with_organ(holder)
        for _ in range(2):
            assert holder.post(url("groundwork"), {"first_serial": "1"}).status_code == 302
        assert (NumberSeries.objects.count(), ESeal.objects.count()) == (1, 1)
        assert "2027年（暂按法定节假日）" in holder.get(url("groundwork")).content.decode()
