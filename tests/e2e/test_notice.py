"""One notice from its draft to the archive, and through a receiving unit, by the people whose work it is."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Door
from tests.e2e.visitor import DESKTOP, PATIENCE, PHONE, Screen, Visitor

TEXT = """现将2027年春节期间值班工作有关安排通知如下：
一、落实值班制度
各单位要严格执行领导带班和关键岗位24小时值班制度，确保通信联络畅通。
（一）带班领导应当在岗带班。
（二）值班人员不得擅自脱岗。
二、做好应急准备
（一）完善应急预案。
（二）备足应急物资。
遇有突发事件，要按规定及时报告并妥善处置。"""
TITLE = "岱海市人民政府办公室关于做好2027年{}期间值班工作的通知"
BUREAUX = (
    "市发展改革委",
    "市教育局",
    "市财政局",
    "市住建局",
    "市交通运输局",
    "市水利局",
    "市应急管理局",
    "市大数据局",
)
LAYOUT_PATIENCE = 3 * PATIENCE
SEALING_PATIENCE = 2 * PATIENCE


def written(drafter: Visitor, title: str) -> None:
    """Create the draft and fill it in; saved and shown in print."""
    page = drafter.page
    drafter.go("/documents/outgoing/new/")
    page.locator(".type-grid__item", has_text="通知").click()
    page.wait_for_url("**/edit/")
    page.locator("#d-title").fill(title)
    drafter.choose_group("main_recipients", "各区县")
    drafter.choose("main_recipients", *BUREAUX)
    drafter.choose("cosign", "谢致远", "罗景明")
    page.locator("body-editor .tiptap").click()
    for place, line in enumerate(TEXT.splitlines()):
        if place:
            page.keyboard.press("Enter")
        page.keyboard.insert_text(line)
    expect(page.locator("body-editor")).to_contain_text("已保存")
    expect(page.locator("#checks")).to_contain_text("检查通过")
    if not drafter.screen.is_phone:
        expect(page.locator("#preview img").first).to_be_visible(timeout=LAYOUT_PATIENCE)


@dataclass(frozen=True)
class Screens:
    """What offices and clerks work at, and what leaders and handlers carry."""

    occasion: str
    desk: Screen
    hand: Screen


MIXED = Screens("春节", DESKTOP, PHONE)
ALL_DESKTOP = Screens("元旦", DESKTOP, DESKTOP)
ALL_PHONE = Screens("国庆", PHONE, PHONE)


def handled(
    door: Door, screen: Screen, name: str, title: str, *, label: str = "同意", opinion: str = ""
) -> None:
    """Somebody finds it among the to-dos, says something and passes it on."""
    person = door.enter(name, screen)
    person.open_task(title)
    if opinion:
        person.opinion(opinion)
    person.press(label)
    person.leave()


def issued(door: Door, screens: Screens, title: str) -> None:
    """Signed with the pen, rechecked, numbered, laid out, sealed, distributed."""
    head = door.enter("沈亦舟", screens.hand)
    head.open_task(title)
    head.write_by_hand()
    head.press("签发")
    head.leave()
    handled(door, screens.desk, "何书航", title, label="复核", opinion="复核无误。")
    clerk = door.enter("罗嘉木", screens.desk)
    clerk.open_task(title)
    clerk.press("编号")
    clerk.open_task(title)
    expect(clerk.page.locator(".workdoc__facts")).to_contain_text("岱政办发〔")
    clerk.press("生成正式文件", LAYOUT_PATIENCE)
    keeper = door.enter("宋时雨", screens.desk)
    keeper.open_task(title)
    keeper.press("确认用印单")
    keeper.open_task(title)
    keeper.press("加盖印章", SEALING_PATIENCE)
    keeper.leave()
    clerk.open_task(title)
    expect(clerk.page.locator(".step-fact")).to_contain_text("12 个机关")
    clerk.press("分发")


def received(door: Door, screens: Screens, title: str) -> None:
    """A bureau signs for it, registers, proposes, instructs, handles and ends it."""
    clerk = door.enter("叶知秋", screens.desk)
    clerk.go("/documents/incoming/")
    clerk.page.get_by_role("link", name=title).first.click()
    clerk.press("签收")
    clerk.press("登记")
    handled(
        door,
        screens.hand,
        "许南星",
        title,
        label="提交拟办意见",
        opinion="建议由数据资源科主办，请罗局长批示。",
    )
    head = door.enter("罗景明", screens.hand)
    head.open_task(title)
    head.write_by_hand()
    head.press("批示")
    head.leave()
    clerk.open_task(title)
    unit = clerk.act_form.locator(".assign__unit", has_text="数据资源科")
    unit.get_by_role("checkbox").check()
    unit.get_by_role("radio").check()
    clerk.press("交办")
    handled(door, screens.hand, "苏合木", title, label="提交办理情况", opinion="已安排值班并报市政府值班室。")
    clerk.open_task(title)
    clerk.press("办结")
    expect(clerk.page.locator(".workdoc__facts")).to_contain_text("已办结")


@pytest.mark.parametrize(
    "screens",
    [
        pytest.param(MIXED, id="desktop-and-phone"),
        pytest.param(ALL_DESKTOP, id="desktop", marks=pytest.mark.long),
        pytest.param(ALL_PHONE, id="phone", marks=pytest.mark.long),
    ],
)
def test_a_notice_goes_from_its_draft_to_the_archive(door: Door, screens: Screens) -> None:
    """拟稿 → 核稿 → 会签 → 审核 → 签发 → 复核 → 编号 → 排版 → 用印 → 分发 → 签收 → 登记 → 拟办 → 批示 → 承办 → 办结；归档."""
    title = TITLE.format(screens.occasion)
    drafter = door.enter("许若溪", screens.desk)
    written(drafter, title)
    drafter.press("提交")
    handled(door, screens.hand, "林知夏", title, opinion="拟同意，请审核。")
    handled(door, screens.hand, "谢致远", title, label="同意会签", opinion="同意。")
    handled(door, screens.hand, "罗景明", title, opinion="无不同意见。")
    handled(door, screens.desk, "高文澜", title, label="审核通过", opinion="格式、文字已核，请沈主任签发。")
    issued(door, screens, title)
    received(door, screens, title)
    drafter.go("/documents/outgoing/?q=" + title)
    drafter.page.get_by_role("link", name=title).first.click()
    drafter.page.get_by_role("tab", name="阅读情况").click()
    expect(drafter.page.locator("#dispatches")).to_contain_text("1 / 12 已签收")
    expect(drafter.page.locator("#dispatches a[href^='tel:']")).to_have_count(11)
    drafter.look("dispatches")
    drafter.go(drafter.page.url + "verify/")
    expect(drafter.page.locator("main")).to_contain_text("没有任何改动")
    archivist = door.enter("方守诚", screens.desk)
    archivist.open_task(title)
    archivist.press("归档")
    expect(archivist.page.locator(".slip")).to_contain_text("已归档")
    stranger = door.enter("陌上", screens.desk)
    stranger.go(archivist.page.url)
    expect(stranger.page.locator("main")).to_contain_text("没有找到该文件，或您无权查看")
