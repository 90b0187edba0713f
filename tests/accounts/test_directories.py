"""People and units from a directory: asked over a real socket, judged row by row, taken wholly or not at all, decided by two."""

import datetime
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.directories.comparing import Comparison
from apps.accounts.models import Appointment, DirectoryLink, DirectorySource, InternalUnit, Person
from apps.accounts.selectors.directories import directory_compared, directory_fetched
from apps.accounts.services import (
    directories_nightly,
    directory_close,
    directory_import,
    directory_keep,
    directory_open,
    directory_save,
    person_leave,
)
from apps.audit.models import AuditEntry
from apps.core.errors import Conflict, Forbidden, UpstreamFailed, ValidationFailed
from config.stack.certificates import issue
from tests.factories.world import World
from tests.helpers.directory_server import Directory, directory_server

pytestmark = pytest.mark.long

BASE = "dc=daihai,dc=cn"
EDUCATION = f"ou=市教育局,{BASE}"
SignIn = Callable[[str], Client]


@pytest.fixture
def directory() -> Iterator[Directory]:
    """市教育局 with a unit in a unit and two people."""
    held = Directory()
    held.unit(BASE)
    held.unit(EDUCATION)
    held.unit(f"ou=特教科,{EDUCATION}")
    held.unit(f"ou=学前组,ou=特教科,{EDUCATION}")
    held.person(
        f"uid=luwei,ou=特教科,{EDUCATION}",
        uid="luwei",
        cn="鲁苇",
        title="科员",
        mobile="+86 139-0000-7001",
    )
    held.person(f"uid=baihe,ou=学前组,ou=特教科,{EDUCATION}", uid="BaiHe", cn="白荷", mail="bh@daihai.gov.cn")
    with directory_server(held):
        yield held


def kept(world: World, directory: Directory, **changes: Any) -> DirectorySource:
    """The directory as the system administrator sets it."""
    facts = {
        "name": "市级目录",
        "organ": world.organs["education"],
        "host": "127.0.0.1",
        "port": directory.port,
        "security": "plain",
        "ca_pem": "",
        "bind_name": directory.reader[0],
        "base": BASE,
        "person_filter": "(objectClass=inetOrgPerson)",
        "unit_filter": "(objectClass=organizationalUnit)",
        "units_from": "tree",
        "unit_name_attribute": "ou",
        "unit_parent_attribute": "",
        "rank_attribute": "",
    }
    secret = changes.pop("secret", directory.reader[1])
    return directory_save(actor=world.actor("sysadmin"), source_id=None, facts=facts | changes, secret=secret)


def unit_of(login_name: str) -> InternalUnit:
    """Where somebody works."""
    return InternalUnit.objects.get(appointments__person__login_name=login_name)


def looked(source: DirectorySource) -> Comparison:
    """A rehearsal."""
    source.refresh_from_db()
    return directory_compared(source, directory_fetched(source))


def taken(world: World, source: DirectorySource) -> Comparison:
    """An import of what was looked at just now."""
    answers = directory_fetched(source)
    seen = directory_compared(source, answers).mark
    return directory_import(actor=world.actor("sysadmin"), source_id=source.pk, answers=answers, seen=seen)


def test_units_people_and_posts_come_from_the_tree(world: World, directory: Directory) -> None:
    """An organizational unit called like an organ is that organ; accounts are closed until the security administrator opens them."""
    source = kept(world, directory)
    found = taken(world, source)
    assert found.summary == "新增 2 个科室，新增 2 人（待安全管理员启用）"
    inner = InternalUnit.objects.get(name="学前组")
    assert (inner.organ, str(inner.parent)) == (world.organs["education"], "特教科")
    luwei, baihe = Person.objects.get(login_name="luwei"), Person.objects.get(login_name="baihe")
    assert (luwei.mobile, luwei.is_active, luwei.has_usable_password()) == ("13900007001", False, False)
    post = Appointment.objects.get(person=baihe)
    assert (post.unit, post.post_title) == (inner, "工作人员")
    with pytest.raises(Forbidden):
        directory_open(actor=world.actor("sysadmin"), source_id=source.pk)
    assert directory_open(actor=world.actor("secadmin"), source_id=source.pk) == 2
    assert Person.objects.filter(login_name__in=["luwei", "baihe"], is_active=True).count() == 2
    assert AuditEntry.objects.filter(action="accounts.directory_import").count() == 1


def test_a_second_run_changes_nothing(world: World, directory: Directory) -> None:
    """Nothing is doubled."""
    source = kept(world, directory)
    taken(world, source)
    before = (Person.objects.count(), InternalUnit.objects.count(), Appointment.objects.count())
    assert taken(world, source).summary == "与目录一致，没有变动"
    assert (Person.objects.count(), InternalUnit.objects.count(), Appointment.objects.count()) == before


def test_names_numbers_titles_and_units_follow_the_directory(world: World, directory: Directory) -> None:
    """By the number that never changes; what a directory leaves empty takes nothing away."""
    source = kept(world, directory)
    taken(world, source)
    person = directory.entries[f"uid=luwei,ou=特教科,{EDUCATION}"]
    person |= {"cn": ["鲁苇苇"], "title": ["副科长"]}
    del person["mobile"]
    directory.entries[f"ou=特教科,{EDUCATION}"]["ou"] = ["义务教育科"]
    assert taken(world, source).summary == "更新 1 个科室，更新 1 人"
    luwei = Person.objects.get(login_name="luwei")
    assert (luwei.name, luwei.mobile) == ("鲁苇苇", "13900007001")
    post = Appointment.objects.get(person=luwei)
    assert (post.post_title, unit_of("luwei").name) == ("副科长", "义务教育科")
    assert InternalUnit.objects.get(name="学前组").parent == post.unit


def test_a_transfer_is_told_and_not_done(world: World, directory: Directory) -> None:
    """Work is handed over by people."""
    source = kept(world, directory)
    taken(world, source)
    moved = directory.entries.pop(f"uid=luwei,ou=特教科,{EDUCATION}")
    directory.entries[f"uid=luwei,ou=学前组,ou=特教科,{EDUCATION}"] = moved
    found = taken(world, source)
    assert [one.planned.name for one in found.moved_people] == ["鲁苇"]
    assert "请办理工作交接" in found.summary
    assert unit_of("luwei").name == "特教科"


def test_who_is_gone_is_frozen_only_when_confirmed_and_may_come_back(
    world: World, directory: Directory
) -> None:
    """By the security administrator; who comes back waits to be opened."""
    source, secadmin = kept(world, directory), world.actor("secadmin")
    taken(world, source)
    directory_open(actor=secadmin, source_id=source.pk)
    gone = directory.entries.pop(f"uid=luwei,ou=特教科,{EDUCATION}")
    assert [one.name for one in taken(world, source).gone] == ["鲁苇"]
    luwei = Person.objects.get(login_name="luwei")
    assert luwei.is_active
    with pytest.raises(Forbidden):
        directory_close(actor=world.actor("sysadmin"), source_id=source.pk)
    assert directory_close(actor=secadmin, source_id=source.pk) == 1
    assert not Person.objects.get(login_name="luwei").is_active
    assert directory_close(actor=secadmin, source_id=source.pk) == 0
    assert taken(world, source).gone == ()
    directory.entries[f"uid=luwei,ou=特教科,{EDUCATION}"] = gone
    taken(world, source)
    assert directory_open(actor=secadmin, source_id=source.pk) == 1


def test_somebody_gone_may_be_kept(world: World, directory: Directory) -> None:
    """Not asked about again, until the entry was there once more."""
    source, secadmin = kept(world, directory), world.actor("secadmin")
    taken(world, source)
    directory_open(actor=secadmin, source_id=source.pk)
    directory.entries.pop(f"uid=luwei,ou=特教科,{EDUCATION}")
    taken(world, source)
    link = DirectoryLink.objects.get(person__login_name="luwei")
    assert directory_keep(actor=secadmin, link_ids=[link.pk]) == 1
    assert directory_close(actor=secadmin, source_id=source.pk) == 0
    assert taken(world, source).gone == ()


def test_a_new_account_that_is_gone_before_it_was_opened_stays_closed(
    world: World, directory: Directory
) -> None:
    """Nobody opens it by the list."""
    source = kept(world, directory)
    taken(world, source)
    directory.entries.pop(f"uid=luwei,ou=特教科,{EDUCATION}")
    taken(world, source)
    assert directory_open(actor=world.actor("secadmin"), source_id=source.pk) == 1
    assert not Person.objects.get(login_name="luwei").is_active


def test_people_who_are_here_already_are_recognized(world: World, directory: Directory) -> None:
    """By login name and name; administrators and leavers are left alone, with a word."""
    clerk, admin, leaver = world.person("bureau_clerk"), world.person("sysadmin"), world.person("leaver")
    for one in (clerk, admin, leaver):
        directory.person(f"uid={one.login_name},{EDUCATION}", uid=one.login_name, cn=one.name)
    found = looked(kept(world, directory))
    assert not found.mistakes
    assert {one.planned.login_name for one in found.new_people} == {"luwei", "baihe"}
    assert len(found.people) == 3
    assert any("是管理员" in text for text in found.remarks)
    assert any("办理离开" in text for text in found.remarks)


def test_a_rebuilt_directory_with_new_numbers_finds_its_people(world: World, directory: Directory) -> None:
    """By login name and name, also when it had other numbers before."""
    source = kept(world, directory)
    taken(world, source)
    for values in directory.entries.values():
        values["entryuuid"] = [f"new {values['entryuuid'][0]!s}"]
    found = taken(world, source)
    assert (found.new_people, found.gone) == ([], ())
    assert DirectoryLink.objects.get(person__login_name="luwei").key.startswith("new ")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"uid": "luwei", "cn": "另一人"}, "uid 为“luwei”的还有：uid=luwei,ou=特教科"),
        ({"uid": "", "cn": "无号"}, "没有属性 uid"),
        ({"uid": "wuming", "cn": ""}, "没有填写，这一项必填"),
        ({"uid": "dianhua", "cn": "电话", "mobile": "分机八"}, "不是电话号码"),
        ({"uid": "head", "cn": "冒名"}, "已被使用过"),
        ({"uid": "拼音", "cn": "汉字"}, "不能作登录名"),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_taken(
    world: World, directory: Directory, values: dict[str, str], sentence: str
) -> None:
    """Not even what is right."""
    values = values | ({"uid": world.person("head").login_name} if values["uid"] == "head" else {})
    directory.person(f"cn=错,{EDUCATION}", **{name: value for name, value in values.items() if value})
    source = kept(world, directory)
    found = looked(source)
    assert any(f"cn=错,{EDUCATION}" == place and sentence in text for place, _, text in found.mistakes)
    before = Person.objects.count()
    with pytest.raises(ValidationFailed, match="没有导入任何内容"):
        taken(world, source)
    assert (Person.objects.count(), InternalUnit.objects.filter(name="学前组").count()) == (before, 0)


def test_units_of_one_name_and_units_in_a_circle_are_refused(world: World, directory: Directory) -> None:
    """A parent attribute can do what a tree cannot."""
    directory.unit(f"ou=甲科,{EDUCATION}", seeAlso=f"ou=乙科,{EDUCATION}")
    directory.unit(f"ou=乙科,{EDUCATION}", seeAlso=f"ou=甲科,{EDUCATION}")
    directory.unit(f"ou=学前组,{EDUCATION}")
    texts = " ".join(
        text for *_, text in looked(kept(world, directory, unit_parent_attribute="seeAlso")).mistakes
    )
    assert "上级科室成环：甲科 → 乙科 → 甲科" in texts
    assert "同一机关内科室不得重名" in texts


def test_units_may_be_a_word_in_peoples_entries(world: World, directory: Directory) -> None:
    """As Active Directory has it; a unit of that name is used."""
    InternalUnit.objects.create(organ=world.organs["education"], name="人事科")
    directory.person(f"cn=甲,{EDUCATION}", uid="renjia", cn="任甲", department="人事科", objectGUID="1")
    directory.person(f"cn=乙,{EDUCATION}", uid="renyi", cn="任乙", department="督导室")
    source = kept(world, directory, units_from="attribute", unit_name_attribute="department")
    assert taken(world, source).summary == "新增 1 个科室，新增 4 人（待安全管理员启用）"
    assert unit_of("renjia").name == "人事科"
    assert taken(world, source).summary == "与目录一致，没有变动"


def test_what_changed_after_the_rehearsal_is_not_taken(world: World, directory: Directory) -> None:
    """Only what somebody has looked at."""
    source = kept(world, directory)
    seen = looked(source).mark
    directory.person(f"uid=later,{EDUCATION}", uid="later", cn="后来")
    with pytest.raises(Conflict, match="请重新预演"):
        directory_import(
            actor=world.actor("sysadmin"),
            source_id=source.pk,
            answers=directory_fetched(source),
            seen=seen,
        )
    assert not Person.objects.filter(login_name="luwei").exists()


def test_five_thousand_people_come_in_pages(world: World, directory: Directory) -> None:
    """Whole, at one go."""
    for number in range(5000):
        directory.person(f"uid=p{number:04},{EDUCATION}", uid=f"p{number:04}", cn=f"人{number:04}")
    source = kept(world, directory)
    assert len(taken(world, source).new_people) == 5002
    assert directory.pages >= 10
    assert Appointment.objects.filter(person__login_name__startswith="p").count() >= 5000


def test_an_answer_that_was_cut_off_is_refused(world: World, directory: Directory) -> None:
    """Else everybody behind the limit would be gone."""
    directory.most = 1
    with pytest.raises(UpstreamFailed, match="没有取全"):
        looked(kept(world, directory))


def test_references_to_other_servers_are_told_and_not_followed(world: World, directory: Directory) -> None:
    """The secret goes to the server it was typed for and to no other."""
    elsewhere = Directory()
    with directory_server(elsewhere):
        directory.references = [f"ldap://127.0.0.1:{elsewhere.port}/dc=other"]
        found = looked(kept(world, directory))
        assert any("没有去取" in text for text in found.remarks)
        directory.moved_to = directory.references[0]
        with pytest.raises(UpstreamFailed, match="另一台服务器"):
            looked(kept(world, directory, name="另一个"))
    assert elsewhere.binds == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"secret": "wrong"}, "绑定名或口令不正确"),
        ({"bind_name": ""}, "不接受匿名"),
        ({"port": 1}, "拒绝连接"),
        ({"host": "no-such-host.invalid"}, "找不到服务器"),
        ({"security": "ldaps"}, "没有用 TLS 回答"),
        ({"security": "starttls"}, "不支持 StartTLS"),
        ({"base": "dc=nowhere"}, "没有这个搜索起点"),
        ({"base": "不是目录名"}, "搜索起点或绑定名的写法"),
        ({"secret": ""}, "没有口令"),
        ({"person_filter": "(objectClass)"}, "筛选条件的写法"),
        ({"person_filter": "(objectClass=printer)"}, ""),
    ],
)
def test_a_server_that_does_not_answer_is_said_why(
    world: World, directory: Directory, changes: dict[str, Any], sentence: str
) -> None:
    """In words an administrator can act on."""
    source = kept(world, directory, **changes)
    if sentence:
        with pytest.raises(UpstreamFailed, match=sentence):
            looked(source)
    else:
        assert next(text for *_, text in looked(source).mistakes).startswith("没有取到任何人员")


@pytest.fixture(params=["ldaps", "starttls"])
def secure(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Directory, str]]:
    """A directory with a certificate of a private CA for this address, one day old, and the CA's text."""
    issue(
        tmp_path,
        ["127.0.0.1"],
        moment=datetime.datetime.now(datetime.UTC) - datetime.timedelta(1),
        new_authority=True,
    )
    held = Directory(is_ldaps=request.param == "ldaps", tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    assert held.tls is not None
    held.tls.load_cert_chain(tmp_path / "server.crt", tmp_path / "server.key")
    held.unit(BASE)
    held.person(f"uid=luwei,{BASE}", uid="luwei", cn="鲁苇")
    with directory_server(held):
        yield held, request.param


def test_a_certificate_of_the_given_ca_is_trusted_and_no_other(
    world: World, secure: tuple[Directory, str], tmp_path: Path
) -> None:
    """And only for the name it was given to."""
    directory, security = secure
    pem = (tmp_path / "ca.crt").read_text()
    assert len(looked(kept(world, directory, security=security, ca_pem=pem)).new_people) == 1
    with pytest.raises(UpstreamFailed, match="不受信任"):
        looked(kept(world, directory, security=security, name="没有 CA"))
    with pytest.raises(UpstreamFailed, match="不是签给“localhost”的"):
        looked(kept(world, directory, security=security, ca_pem=pem, host="localhost", name="另一个名称"))
    assert directory.binds == [directory.reader[0]]


def test_an_expired_certificate_is_said_to_be_expired(world: World, tmp_path: Path) -> None:
    """Nothing is sent to such a server."""
    old = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1200)
    issue(tmp_path, ["127.0.0.1"], moment=old, new_authority=True)
    held = Directory(is_ldaps=True, tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    assert held.tls is not None
    held.tls.load_cert_chain(tmp_path / "server.crt", tmp_path / "server.key")
    with directory_server(held), pytest.raises(UpstreamFailed, match="证书已过期"):
        looked(kept(world, held, security="ldaps", ca_pem=(tmp_path / "ca.crt").read_text()))
    assert held.binds == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"host": "ldap://x"}, "host"),
        ({"port": 70000}, "port"),
        ({"ca_pem": "-----BEGIN"}, "ca_pem"),
        ({"person_filter": "objectClass=person"}, "person_filter"),
        ({"unit_name_attribute": ""}, "unit_name_attribute"),
        ({"unit_filter": ""}, "unit_filter"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(
    world: World, directory: Directory, changes: dict[str, Any], field: str
) -> None:
    """Beside the field."""
    with pytest.raises(ValidationFailed) as refused:
        kept(world, directory, **changes)
    assert refused.value.data["field"] == field


def test_the_secret_lies_sealed_and_is_not_sent_to_another_server(world: World, directory: Directory) -> None:
    """Who changes the server has to type it again."""
    source = kept(world, directory)
    assert directory.reader[1].encode() not in bytes(source.secret_sealed)
    facts = {
        field.name: getattr(source, field.name)
        for field in DirectorySource._meta.fields
        if field.editable and field.name != "id"
    }
    save: dict[str, Any] = {"actor": world.actor("sysadmin"), "source_id": source.pk, "secret": ""}
    assert bytes(directory_save(facts=facts, **save).secret_sealed) == bytes(source.secret_sealed)
    assert bytes(directory_save(facts=facts | {"host": "127.0.0.2"}, **save).secret_sealed) == b""


def test_the_nightly_run_takes_what_is_right_and_keeps_the_reason_of_what_is_not(
    world: World, directory: Directory
) -> None:
    """One directory that is away hinders no other."""
    away = kept(world, directory, name="不在", port=1, is_nightly=True)
    here = kept(world, directory, is_nightly=True)
    still = kept(world, directory, name="不自动", is_nightly=False)
    directories_nightly()
    for source in (away, here, still):
        source.refresh_from_db()
    assert (away.last_run_good, here.last_run_good, still.last_run_good) == (False, True, None)
    assert "拒绝连接" in away.last_run_text
    assert Person.objects.filter(login_name="luwei", is_active=False).exists()


def test_the_way_through_the_back_office(world: World, directory: Directory, client_as: SignIn) -> None:
    """Try, look, take by one administrator; open by another."""
    source, system, security = kept(world, directory), client_as("sysadmin"), client_as("secadmin")

    def act(name: str) -> str:
        return reverse(f"admin:accounts_directorysource_{name}", args=[source.pk])

    answer = system.post(act("try_out"), follow=True)
    assert "连接成功，取到 2 个人员条目、4 个组织单元" in answer.content.decode()
    page = system.get(act("look"))
    text = page.content.decode()
    assert "新增 2 个科室，新增 2 人" in text
    assert f"uid=luwei,ou=特教科,{EDUCATION}" in text
    assert not Person.objects.filter(login_name="luwei").exists()
    assert security.get(act("look")).status_code == 403
    read = security.get(reverse("admin:accounts_directorysource_change", args=[source.pk])).content.decode()
    assert source.bind_name in read
    assert "Secret" not in read
    answer = system.post(act("look"), {"seen": page.context["found"].mark}, follow=True)
    assert "待安全管理员启用" in answer.content.decode()
    assert system.get(act("open_new")).status_code == 403
    names = security.post(act("open_new")).content.decode()
    assert "鲁苇（luwei）" in names
    assert not Person.objects.get(login_name="luwei").is_active
    seen = security.post(act("open_new")).context["seen"]
    assert "已启用 2 人" in security.post(act("open_new"), {"seen": seen}, follow=True).content.decode()
    assert "鲁苇" in security.get(reverse("admin:accounts_directorylink_changelist")).content.decode()


def test_a_wrong_entry_is_shown_and_leaves_nothing_to_confirm(
    world: World, directory: Directory, client_as: SignIn
) -> None:
    """Where it stands and what to do."""
    directory.person(f"cn=错,{EDUCATION}", uid="luwei", cn="另一人")
    source = kept(world, directory)
    page = client_as("sysadmin").get(reverse("admin:accounts_directorysource_look", args=[source.pk]))
    text = page.content.decode()
    assert f"cn=错,{EDUCATION}" in text
    assert "一人一号" in text
    assert "确认导入" not in text


def test_the_list_of_first_passwords_is_the_security_administrators(
    world: World, directory: Directory, client_as: SignIn
) -> None:
    """Whoever came from the directory gets in by it."""
    source = kept(world, directory)
    taken(world, source)
    directory_open(actor=world.actor("secadmin"), source_id=source.pk)
    path = reverse("admin:accounts_person_first_passwords")
    assert client_as("sysadmin").post(path).status_code == 403
    security = client_as("secadmin")
    assert "还没有登录过" in security.get(path).content.decode()
    answer = security.post(path)
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")
    assert Person.objects.get(login_name="luwei").has_usable_password()


def test_somebody_who_left_for_good_is_not_opened_by_a_list(world: World, directory: Directory) -> None:
    """The entry may linger."""
    source = kept(world, directory)
    taken(world, source)
    luwei = Person.objects.get(login_name="luwei")
    from apps.core.clock import today

    person_leave(actor=world.actor("sysadmin"), person_id=luwei.pk, left_on=today())
    taken(world, source)
    assert directory_open(actor=world.actor("secadmin"), source_id=source.pk) == 1
    luwei.refresh_from_db()
    assert not luwei.is_active
