"""The rest of the city's people: those who draft, handle and read beside the cast. All names are invented."""

from collections.abc import Iterator
from functools import cache

from apps.accounts.pinyin import spelling
from apps.portal.demo.cast import PEOPLE, DemoPerson

# organ → unit ("" for leaders) → name and post of its people
STAFF: dict[str, dict[str, str]] = {
    "office": {
        "": "季明阳 副主任，严若涵 副主任",
        "文书科": "龚思远 副科长，黎婉清 一级科员，汤景行 二级科员",
        "秘书科": "樊一鸣 副科长，邹雨桐 一级科员，祁正则 一级科员，丁晓棠 二级科员",
        "综合科": "彭立言 副科长，康乐之 一级主任科员，俞静姝 一级科员，蔡文轩 二级科员",
        "督查科": "邵博文 副科长，毛雪莹 一级科员，尹知行 二级科员",
        "会议科": "管若愚 副科长，华思齐 一级科员，庄雅文 二级科员",
        "值班室": "褚卫国 值班员，童安宁 值班员，阮志成 值班员",
    },
    "reform": {
        "": "侯景山 副主任，鲁文静 副主任",
        "办公室": "项书瑶 副主任，王俊杰 一级科员，李晓东 二级科员",
        "综合规划科": "盛怀远 副科长，张雨薇 一级科员，刘志刚 二级科员",
        "项目管理科": "陈明辉 科长，杨晓岚 副科长，黄子昂 一级科员，吴玉洁 二级科员",
    },
    "education": {
        "": "孙向阳 副局长，胡丽华 副局长",
        "办公室": "朱雨生 副主任，商晓菲 一级科员，高建平 二级科员",
        "基础教育科": "晏书同 科长，靳文博 副科长，林晓燕 一级科员",
        "职业教育科": "何志勇 科长，仲秋月 一级科员，郭浩然 二级科员，马晓丽 二级科员",
    },
    "finance": {
        "": "苗卫东 副局长，娄春梅 副局长",
        "办公室": "罗思敏 副主任，梁建军 一级科员，路晓彤 二级科员",
        "预算科": "骆文斌 副科长，宋雨晴 一级科员，左志远 二级科员",
        "采购监管科": "甘立新 科长，辛晓楠 副科长，郑志鹏 一级科员，谢玉梅 二级科员",
    },
    "housing": {
        "": "焦国栋 副局长，符秀兰 副局长",
        "办公室": "韩晓宇 副主任，邢雨欣 一级科员，耿立军 二级科员",
        "城市更新科": "习文涛 副科长，席雪梅 一级科员，翁志强 二级科员",
        "燃气管理科": "唐建国 科长，沙晓雯 副科长，荆子墨 一级科员，冯玉兰 二级科员",
    },
    "transport": {
        "": "裴长河 副局长，阎淑敏 副局长",
        "办公室": "佟晓磊 副主任，简雨荷 一级科员，宿建伟 二级科员",
        "运输管理科": "查文超 科长，于雪琴 副科长，董志伟 一级科员",
        "公路养护科": "单立群 科长，殷晓蕾 副科长，井子谦 一级科员，萧玉芬 二级科员",
    },
    "water": {
        "": "洪波涌 副局长，滕秋菊 副局长",
        "办公室": "解晓光 副主任，程雨婷 一级科员，冷建设 二级科员",
        "防汛抗旱科": "文浩川 科长，曹雪峰 副科长，庞志海 一级科员",
        "河湖管理科": "濮立松 科长，申晓雅 副科长，袁子健 一级科员，邓玉珍 二级科员",
    },
    "emergency": {
        "": "熊国安 副局长，仇春霞 副局长",
        "办公室": "满晓峰 副主任，许雨洁 一级科员，鲍建忠 二级科员",
        "应急指挥科": "傅文龙 副科长，沈雪晴 一级科员，郝志勇 二级科员",
        "安全监管科": "储立民 科长，曾晓慧 副科长，彭子豪 一级科员，吕玉霞 二级科员",
    },
    "data": {
        "": "芮新宇 副局长，苏晓琳 副局长",
        "办公室": "桑雨菲 副主任，米建新 二级科员",
        "数据资源科": "柏文昊 副科长，卢雪涵 一级科员，宁志博 二级科员",
        "政务服务科": "蒋立功 副科长，戚晓萌 一级科员，蔡子轩 二级科员，郁玉婷 二级科员",
    },
    "qingshi": {
        "": "葛长青 副县长，贾淑华 副县长",
        "办公室": "湛晓明 副主任，茹雨涵 科员",
        "综合股": "魏建安 副股长，薛文静 科员",
    },
    "wanghai": {
        "": "叶天阔 副区长，阎春燕 副区长",
        "办公室": "岳晓晨 副主任，冼雨桥 科员",
        "综合科": "余建波 科长，潘文慧 科员",
    },
    "yunhu": {
        "": "浦江远 副区长，杭秀英 副区长",
        "办公室": "杜晓航 副主任，诸葛雨 科员",
        "综合科": "司徒健 科长，戴文婷 科员",
    },
    "lingang": {
        "": "闻海生 副县长，夏春兰 副县长",
        "办公室": "钟晓旭 副主任，欧阳雨 科员",
        "综合股": "皇甫建 股长，汪文娟 科员",
    },
}
ROLES = {"副主任": "deputy_head", "副局长": "deputy_head", "副县长": "deputy_head", "副区长": "deputy_head"}
PLAIN = frozenset({"一级科员", "二级科员", "科员"})
HEADS = frozenset({"科长", "股长"})


def staff_people() -> Iterator[DemoPerson]:
    """They come after the cast in rank; a login name is the name spelled, with a number where somebody has it."""
    taken = {person.login_name for person in PEOPLE}
    for organ, units in STAFF.items():
        for unit, line in units.items():
            for told in line.split("，"):
                name, title = told.split(" ")
                login_name = _free(spelling(name)[0].replace(" ", ""), taken)
                yield DemoPerson(login_name, name, organ, unit, title, _roles(unit, title))


@cache
def staff_drafters() -> dict[str, list[str]]:
    """By organ, login names of those who draft: without a leading post, in a section that has a head."""
    heads = {(one.organ, one.unit) for one in (*PEOPLE, *staff_people()) if "unit_head" in one.roles}
    found: dict[str, list[str]] = {}
    for one in staff_people():
        if one.post_title in PLAIN and (one.organ, one.unit) in heads:
            found.setdefault(one.organ, []).append(one.login_name)
    return found


def _roles(unit: str, title: str) -> tuple[str, ...]:
    if not unit:
        return (ROLES[title],)
    return ("unit_head",) if title in HEADS else ()


def _free(wanted: str, taken: set[str]) -> str:
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}{count}"
    taken.add(name)
    return name
