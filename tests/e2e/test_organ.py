"""A real organ on day one: from the link that `up --organ` prints to the first signed notice, by people out of a workbook."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, FilePayload, expect

from apps.core.spreadsheets import XLSX
from tests.accounts.test_staffing import PEOPLE_HEADS, UNIT_HEADS, book, saved
from tests.e2e.conftest import Door
from tests.e2e.visitor import DESKTOP, PATIENCE, PHONE, Screen, Visitor
from tests.helpers.platform import running_up

pytestmark = pytest.mark.long

LINK = re.compile(r"http://\S+/setup/begin/\S+/")
OWN_WORD = "Qingshi-2026-new"
TITLE = "青石县人民政府办公室关于做好2027年元旦期间值班工作的通知"
TEXT = """现将2027年元旦期间值班工作有关安排通知如下：
一、落实值班制度
各单位要严格执行领导带班和关键岗位24小时值班制度，确保通信联络畅通。"""
ORGANS = [
    ("全称", "规范化简称", "机关代字", "层级", "类别"),
    ("青石县水利局", "县水利局", "青水", "县级", "工作部门"),
]
UNITS = [UNIT_HEADS, ("综合股", "", ""), ("文书股", "", "是")]
PEOPLE = [
    PEOPLE_HEADS,
    ("江临川", "", "13900000001", "", "主任", "", "", "主要负责人"),
    ("周明远", "", "", "文书股", "办公室主任", "", "", "办公室主任"),
    ("石磊", "", "", "综合股", "股长", "", "", "科室负责人"),
    ("许若溪", "", "", "综合股", "科员", "", "", ""),
    ("白露", "", "", "文书股", "科员", "", "", "文书、印章保管人、档案员"),
]
# The same five as offices print their lists: a title, groups of columns, headings, and a unit merged over its people.
PRINTED = [
    ("青石县人民政府办公室人员信息表",),
    ("科 室", "基本信息", None, None, "任 职", None, None, None),
    (None, "姓　名", "登录名", "手机", "职 务*（必填）", "任职方式", "排序", "角色"),
    (None, "江临川", "", "１３９０００００001", "主任", "", "", "主要负责人"),
    ("综合股", "石磊", "", "", "股长", "", "", "科室负责人"),
    (None, "许若溪", "", "", "科员", "", "", ""),
    ("文书股", "周明远", "", "", "办公室主任", "", "", "办公室主任"),
    (None, "白露", "", "", "科员", "", "", "文书、印章保管人、档案员"),
]
MERGED = ("A1:H1", "A2:A3", "B2:D2", "E2:H2", "A5:A6", "A7:A8")
WRONG = [*PEOPLE, ("陌上", "", "", "无此科", "科员", "", "", "总管")]
LAYOUT_PATIENCE = 3 * PATIENCE


@pytest.fixture(scope="module")
def link() -> Iterator[str]:
    """What a fresh installation prints."""
    with running_up("--organ", "--bare") as platform:
        platform.start()
        platform.wait(lambda: LINK.search(platform.said()) is not None)
        found = LINK.search(platform.said())
        assert found is not None
        yield found.group()


class Organ:
    """The new installation and those who come in with the words they were given."""

    def __init__(self, browser: Browser, link: str) -> None:
        self.link = link
        self.door = Door(browser, link.split("/setup/", maxsplit=1)[0], {})
        self.words: dict[str, tuple[str, str]] = {}

    def stranger(self, screen: Screen = DESKTOP) -> Visitor:
        """Somebody who has not signed in."""
        visitor = Visitor(self.door.browser, self.door.site, screen)
        self.door.visitors.append(visitor)
        return visitor

    def enter(self, name: str, screen: Screen = DESKTOP) -> Visitor:
        """The first time by the word on the list, choosing an own one and reading the notice; then in that session."""
        session = self.door.sessions.get(name)
        visitor = Visitor(self.door.browser, self.door.site, screen, session)
        self.door.visitors.append(visitor)
        if session is None:
            self._first_time(visitor, *self.words[name])
            self.door.sessions[name] = visitor.context.storage_state()
        return visitor

    @staticmethod
    def _first_time(visitor: Visitor, login_name: str, word: str) -> None:
        page = visitor.page
        visitor.go("/accounts/login/")
        page.get_by_label("登录名").fill(login_name)
        page.get_by_label("口令", exact=True).fill(word)
        page.get_by_role("button", name="登录", exact=True).click()
        page.get_by_label("原口令").fill(word)
        page.get_by_label("新口令", exact=False).first.fill(OWN_WORD)
        page.get_by_label("再输一次新口令").fill(OWN_WORD)
        page.get_by_role("button", name="确定修改").click()
        page.get_by_role("button", name="我已阅知，遵照执行").click()
        page.wait_for_load_state()


@pytest.fixture
def organ(chromium: Browser, link: str) -> Iterator[Organ]:
    """No page may have a fault."""
    opened = Organ(chromium, link)
    yield opened
    assert opened.door.close() == []


def set_up(organ: Organ) -> None:
    """The wizard from the link to its end."""
    installer = organ.stranger()
    page = installer.page
    installer.go(organ.link)
    installer.look("begin")
    page.get_by_role("button", name="开始").click()
    page.get_by_label("机关全称").fill("青石县人民政府办公室")
    page.get_by_label("规范化简称").fill("县政府办")
    page.get_by_label("机关代字").fill("青政办发")
    page.get_by_label("层级").select_option("county")
    installer.look("organ")
    page.get_by_role("button", name="保存，下一步").click()
    for place, (name, login_name) in enumerate((("江一", "xitong"), ("江二", "anquan"), ("江三", "shenji"))):
        page.get_by_label("姓名").nth(place).fill(name)
        page.get_by_label("登录名").nth(place).fill(login_name)
    installer.look("administrators")
    page.get_by_role("button", name="指定三员").click()
    expect(page.locator(".setup__word")).to_have_count(3)
    for row in page.locator("tbody tr").all():
        label, _, login_name, word = row.locator("td").all_inner_texts()
        organ.words[label] = (login_name, word)
    installer.look("words")
    fits(installer, "words")
    page.get_by_role("link", name="已交给本人，下一步").click()
    people_in(organ, installer)
    page.get_by_role("link", name="下一步").click()
    page.get_by_label("本年起始序号").fill("38")
    installer.look("groundwork")
    page.get_by_role("button", name="全部准备好").click()
    expect(page.locator(".facts")).to_contain_text("38号起", timeout=LAYOUT_PATIENCE)
    page.get_by_role("link", name="下一步").click()
    page.get_by_label("邮箱或手机号").fill("clerk@qingshi.invalid")
    page.get_by_role("button", name="发送测试").click()
    expect(page.locator(".notice-bar--error, .input__error")).to_contain_text("请先保存邮件服务器")
    installer.look("channels")
    page.get_by_role("link", name="下一步").click()
    installer.look("checklist")
    fits_a_phone(installer)
    page.get_by_role("button", name="完成设置").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("设置完成")
    assert installer.go(organ.link) == 404


def fits_a_phone(installer: Visitor) -> None:
    """Every step at the width of a phone, without anything that hangs over."""
    for step in ("organ", "administrators", "people", "groundwork", "channels", "checklist"):
        installer.go(f"/setup/{step}/")
        fits(installer, step)


def fits(installer: Visitor, name: str) -> None:
    """The page as it stands, at the width of a phone: nothing hangs over, no word to be handed over is cut off."""
    page = installer.page
    page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), name
    assert not page.locator(".setup__word").evaluate_all(
        "words => words.some(word => word.closest('td').scrollWidth > word.closest('td').clientWidth)"
    ), name
    installer.look(f"phone-{name}")
    page.set_viewport_size({"width": DESKTOP.width, "height": DESKTOP.height})


def people_in(organ: Organ, installer: Visitor) -> None:
    """A workbook with two mistakes is shown and refused; the corrected one goes in; the list of words comes out."""
    page = installer.page
    with page.expect_download() as download:
        page.get_by_role("link", name="下载模板").click()
    assert load_workbook(BytesIO(Path(download.value.path()).read_bytes())).sheetnames[0] == "人员"
    choose(installer, book(机关=ORGANS, 科室=UNITS, 人员=WRONG))
    expect(page.locator("#read-title + .panel__note")).to_contain_text("2 处需要更正")
    expect(page.get_by_role("button", name="确认导入")).to_have_count(0)
    installer.look("mistakes")
    fits(installer, "mistakes")
    choose(installer, printed())
    confirm = page.get_by_role("button", name="确认导入 5 人")
    expect(confirm).to_be_visible()
    installer.look("read")
    fits(installer, "read")
    confirm.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载初始口令表").click()
    sheet = load_workbook(BytesIO(Path(download.value.path()).read_bytes())).active
    for row in sheet.iter_rows(min_row=2, values_only=True):
        organ.words[row[2]] = (row[4], row[5])
    installer.look("people")


def printed() -> bytes:
    """The workbook with its merged cells and three rows of headings."""
    made = load_workbook(BytesIO(book(机关=ORGANS, 科室=UNITS, 人员=PRINTED)))
    for cells in MERGED:
        made["人员"].merge_cells(cells)
    return saved(made)


def choose(installer: Visitor, data: bytes) -> None:
    """Choose a file and have it checked."""
    sent: FilePayload = {"name": "名单.xlsx", "mimeType": XLSX, "buffer": data}
    installer.page.get_by_label("2. 选择填好的工作簿").set_input_files(sent)
    installer.page.get_by_role("button", name="检查", exact=True).click()


def written(drafter: Visitor) -> None:
    """The first draft of the organ."""
    page = drafter.page
    drafter.go("/documents/outgoing/new/")
    page.locator(".type-grid__item", has_text="通知").click()
    page.wait_for_url("**/edit/")
    page.locator("#d-title").fill(TITLE)
    drafter.choose("main_recipients", "县水利局")
    page.locator("body-editor .tiptap").click()
    for place, line in enumerate(TEXT.splitlines()):
        if place:
            page.keyboard.press("Enter")
        page.keyboard.insert_text(line)
    expect(page.locator("body-editor")).to_contain_text("已保存")
    drafter.press("提交")


def handed_over(organ: Organ, giver: Visitor, *, taker: str) -> None:
    """A draft goes to a colleague: started by its drafter, confirmed by both."""
    page = giver.page
    giver.go("/documents/outgoing/new/")
    page.locator(".type-grid__item", has_text="通知").click()
    page.wait_for_url("**/edit/")
    giver.go("/handovers/")
    page.get_by_label("谁的工作").select_option(index=1)
    page.get_by_role("button", name="下一步").click()
    value = page.locator("#id_taker option", has_text=taker).get_attribute("value")
    page.locator("#id_taker").select_option(value)
    giver.look("handover-start")
    page.get_by_role("button", name="发起交接").click()
    address = page.url
    other = organ.enter(taker, PHONE)
    for visitor in (giver, other):
        visitor.go(address)
        visitor.look("handover")
        visitor.page.get_by_role("button", name="清单无误，确认").click()
    expect(other.page.locator("main")).to_contain_text("草稿1 项已移交")
    other.look("handover-done")


def test_a_real_organ_from_the_link_to_its_first_signed_notice(organ: Organ) -> None:
    """首次设置 → 首次登录 → 拟稿 → 核稿 → 审核 → 手写签发 → 复核 → 编号；管理员看不到公文。"""
    set_up(organ)
    drafter = organ.enter("许若溪")
    written(drafter)
    for name, label in (("石磊", "同意"), ("周明远", "审核通过")):
        person = organ.enter(name)
        person.open_task(TITLE)
        person.press(label)
    head = organ.enter("江临川", PHONE)
    head.open_task(TITLE)
    head.write_by_hand()
    head.press("签发")
    clerk = organ.enter("白露")
    clerk.open_task(TITLE)
    address = clerk.page.url
    clerk.press("复核")
    clerk.open_task(TITLE)
    clerk.press("编号")
    clerk.go(address)
    expect(clerk.page.locator(".workdoc__facts")).to_contain_text("38号")
    clerk.look("numbered")
    handed_over(organ, drafter, taker="石磊")
    for administrator in ("系统管理员", "安全管理员", "审计管理员"):
        visitor = organ.enter(administrator)
        assert visitor.go(address) == 404
        assert visitor.go("/admin/") == 200
    system = organ.enter("系统管理员")
    assert system.go("/setup/checklist/") == 200
    system.look("checklist-later")


def test_the_wizard_fits_a_phone(chromium: Browser, link: str) -> None:
    """Its first page, or after its end the refusal: both fit. Which one comes depends on whether the walk above ran before."""
    visitor = Visitor(chromium, link.split("/setup/", maxsplit=1)[0], PHONE)
    assert visitor.go(link) in {200, 404}
    wide = visitor.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    visitor.context.close()
    assert not wide
