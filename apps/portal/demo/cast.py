"""Who lives in 岱海市: organs, units, people in rank order. All names are invented."""

from dataclasses import dataclass

DEMO_PASSWORD = "Daihai-2026"  # noqa: S105  # the demo's password is shown on its login page; real installations have none


@dataclass(frozen=True)
class DemoOrgan:
    """An organ: key, names, 代字, level, kind, superior's key and its internal units (the first one is the office)."""

    key: str
    full_name: str
    short_name: str
    organ_code: str
    level: str
    kind: str
    superior: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class DemoPerson:
    """A person in one post: login name, name, organ, unit ("" for leaders), post, roles, and a line for the login page."""

    login_name: str
    name: str
    organ: str
    unit: str
    post_title: str
    roles: tuple[str, ...] = ()
    demo_note: str = ""


def _bureau(key: str, full: str, short: str, code: str, *units: str) -> DemoOrgan:
    return DemoOrgan(key, full, short, code, "city", "department", "city", ("办公室", *units))


ORGANS: tuple[DemoOrgan, ...] = (
    DemoOrgan("province", "澜东省人民政府", "省政府", "澜政发", "province", "government", "", ()),
    DemoOrgan("city", "岱海市人民政府", "市政府", "岱政发", "city", "government", "province", ()),
    DemoOrgan(
        "office",
        "岱海市人民政府办公室",
        "市政府办公室",
        "岱政办发",
        "city",
        "office",
        "city",
        ("文书科", "秘书科", "综合科", "督查科", "会议科", "值班室"),
    ),
    _bureau("reform", "岱海市发展和改革委员会", "市发展改革委", "岱发改", "综合规划科", "项目管理科"),
    _bureau("education", "岱海市教育局", "市教育局", "岱教", "基础教育科", "职业教育科"),
    _bureau("finance", "岱海市财政局", "市财政局", "岱财", "预算科", "采购监管科"),
    _bureau("housing", "岱海市住房和城乡建设局", "市住建局", "岱建", "城市更新科", "燃气管理科"),
    _bureau("transport", "岱海市交通运输局", "市交通运输局", "岱交", "运输管理科", "公路养护科"),
    _bureau("water", "岱海市水利局", "市水利局", "岱水", "防汛抗旱科", "河湖管理科"),
    _bureau("emergency", "岱海市应急管理局", "市应急管理局", "岱应急", "应急指挥科", "安全监管科"),
    _bureau("data", "岱海市大数据局", "市大数据局", "岱数", "数据资源科", "政务服务科"),
    DemoOrgan(
        "qingshi",
        "青石县人民政府",
        "青石县政府",
        "青政发",
        "county",
        "government",
        "city",
        ("办公室", "综合股"),
    ),
    DemoOrgan(
        "wanghai",
        "望海区人民政府",
        "望海区政府",
        "望政发",
        "county",
        "government",
        "city",
        ("办公室", "综合科"),
    ),
    DemoOrgan(
        "yunhu",
        "云湖区人民政府",
        "云湖区政府",
        "云政发",
        "county",
        "government",
        "city",
        ("办公室", "综合科"),
    ),
    DemoOrgan(
        "lingang",
        "临港县人民政府",
        "临港县政府",
        "临政发",
        "county",
        "government",
        "city",
        ("办公室", "综合股"),
    ),
)

PEOPLE: tuple[DemoPerson, ...] = (
    DemoPerson("gubeichen", "顾北辰", "city", "", "市长", ("principal_head",), "市长：签发命令"),
    DemoPerson("shenyizhou", "沈亦舟", "office", "", "主任", ("principal_head",), "主要负责人：签发、批示"),
    DemoPerson(
        "zhoumingyuan", "周明远", "office", "", "副主任", ("deputy_head",), "副职领导：分管综合、文书"
    ),
    DemoPerson(
        "gaowenlan",
        "高文澜",
        "office",
        "秘书科",
        "办公室主任",
        ("office_director", "unit_head"),
        "办公室主任：审核",
    ),
    DemoPerson("chengyinuo", "程一诺", "office", "秘书科", "秘书", ("secretary",), "领导秘书：代录批示"),
    DemoPerson("linzhixia", "林知夏", "office", "综合科", "科长", ("unit_head",), "科长：部门核稿"),
    DemoPerson("xuruoxi", "许若溪", "office", "综合科", "一级科员", (), "拟稿人：起草公文"),
    DemoPerson(
        "lushaohua",
        "陆少华",
        "office",
        "综合科",
        "四级主任科员",
        ("info_officer",),
        "信息员：采编信息、编发刊物",
    ),
    DemoPerson(
        "heshuhang", "何书航", "office", "文书科", "科长", ("unit_head", "clerk"), "文书科长：复核、分发"
    ),
    DemoPerson("luojiamu", "罗嘉木", "office", "文书科", "二级科员", ("clerk",), "文书：登记、编号、排版"),
    DemoPerson("songshiyu", "宋时雨", "office", "文书科", "机要员", ("seal_keeper",), "印章保管人：用印"),
    DemoPerson("fangshoucheng", "方守诚", "office", "文书科", "档案员", ("archivist",), "档案员：办结归档"),
    DemoPerson(
        "qinlangyue",
        "秦朗月",
        "office",
        "督查科",
        "科长",
        ("unit_head", "supervisor"),
        "督查科长：登记、交办、催办",
    ),
    DemoPerson("duruobai", "杜若白", "office", "督查科", "科员", ("supervisor",)),
    DemoPerson("jiangwanqing", "姜晚晴", "office", "会议科", "科长", ("unit_head",)),
    DemoPerson("zhuqinghe", "祝清和", "office", "会议科", "科员"),
    DemoPerson("liangxiaoman", "梁小满", "office", "值班室", "值班员", ("duty_officer",), "值班员"),
    DemoPerson("tangjingtian", "唐景天", "office", "值班室", "主任", ("unit_head", "duty_officer")),
    DemoPerson("xiezhiyuan", "谢致远", "reform", "", "主任", ("principal_head",), "部门负责人：会签"),
    DemoPerson("ningchuxue", "宁初雪", "reform", "办公室", "主任", ("office_director", "unit_head")),
    DemoPerson("panyunfei", "潘云飞", "reform", "办公室", "科员", ("clerk", "seal_keeper", "archivist")),
    DemoPerson("xiahouming", "夏厚铭", "reform", "综合规划科", "科长", ("unit_head",)),
    DemoPerson("wenrujin", "温如瑾", "reform", "项目管理科", "科员"),
    DemoPerson("shangguanlan", "上官岚", "education", "", "局长", ("principal_head",)),
    DemoPerson("baiyichen", "白一尘", "education", "办公室", "主任", ("office_director", "unit_head")),
    DemoPerson("moshang", "陌上", "education", "基础教育科", "科员", (), "其他单位人员：看不到不该看的"),
    DemoPerson("yuezhen", "岳真", "education", "办公室", "科员", ("clerk", "seal_keeper", "archivist")),
    DemoPerson("guchangqing", "顾长青", "finance", "", "局长", ("principal_head",)),
    DemoPerson("suwanqing", "苏晚晴", "finance", "办公室", "科员", ("clerk", "seal_keeper", "archivist")),
    DemoPerson("kongfanshu", "孔凡书", "finance", "办公室", "主任", ("office_director", "unit_head")),
    DemoPerson("zhaoxingzhi", "赵行之", "finance", "预算科", "科长", ("unit_head",)),
    DemoPerson("leishengping", "雷升平", "housing", "", "局长", ("principal_head",)),
    DemoPerson("fujinyu", "傅瑾瑜", "housing", "办公室", "主任", ("office_director", "unit_head")),
    DemoPerson("taoranran", "陶冉冉", "housing", "办公室", "科员", ("clerk", "seal_keeper", "archivist")),
    DemoPerson("yuanqishan", "袁启山", "housing", "城市更新科", "科长", ("unit_head",)),
    DemoPerson("malanting", "马兰亭", "transport", "", "局长", ("principal_head",)),
    DemoPerson("hezhiping", "贺知平", "transport", "办公室", "主任", ("office_director", "unit_head")),
    DemoPerson("zengke", "曾可", "transport", "办公室", "科员", ("clerk", "seal_keeper", "archivist")),
    DemoPerson("jianghaichao", "江海潮", "water", "", "局长", ("principal_head",)),
    DemoPerson("weiyanqiu", "魏言秋", "water", "办公室", "主任", ("office_director", "unit_head")),
    DemoPerson("shizhongyu", "石中玉", "water", "办公室", "科员", ("clerk", "seal_keeper", "archivist")),
    DemoPerson("daiyunzhong", "戴允中", "emergency", "", "局长", ("principal_head",)),
    DemoPerson("luyuanzheng", "路远征", "emergency", "办公室", "主任", ("office_director", "unit_head")),
    DemoPerson("jiyuhan", "纪雨涵", "emergency", "办公室", "科员", ("clerk", "seal_keeper", "archivist")),
    DemoPerson("huoqubing", "霍去冰", "emergency", "应急指挥科", "科长", ("unit_head",)),
    DemoPerson("luojingming", "罗景明", "data", "", "局长", ("principal_head",), "部门负责人：会签、批示"),
    DemoPerson(
        "yezhiqiu",
        "叶知秋",
        "data",
        "办公室",
        "科员",
        ("clerk", "seal_keeper", "archivist"),
        "部门文书：签收、登记",
    ),
    DemoPerson(
        "xunanxing",
        "许南星",
        "data",
        "办公室",
        "主任",
        ("office_director", "unit_head"),
        "部门办公室主任：拟办",
    ),
    DemoPerson("suhemu", "苏合木", "data", "数据资源科", "科长", ("unit_head",), "部门科长：承办"),
    DemoPerson("anranyu", "安然玉", "data", "政务服务科", "科长", ("unit_head",)),
    DemoPerson("jianglinchuan", "江临川", "qingshi", "", "县长", ("principal_head",)),
    DemoPerson("shilei", "石磊", "qingshi", "综合股", "股长", ("unit_head",)),
    DemoPerson(
        "bailu",
        "白露",
        "qingshi",
        "办公室",
        "科员",
        ("clerk", "seal_keeper", "archivist"),
        "县区文书：签收、登记",
    ),
    DemoPerson("chenguangyao", "陈光耀", "qingshi", "办公室", "主任", ("office_director", "unit_head")),
    DemoPerson("longtengyun", "龙腾云", "wanghai", "", "区长", ("principal_head",)),
    DemoPerson("qiumuyang", "邱慕阳", "wanghai", "办公室", "主任", ("office_director", "unit_head")),
    DemoPerson("youjia", "尤佳", "wanghai", "办公室", "科员", ("clerk", "seal_keeper", "archivist")),
    DemoPerson("mengfanxing", "孟繁星", "yunhu", "", "区长", ("principal_head",)),
    DemoPerson("liaoyuanfang", "廖远方", "yunhu", "办公室", "主任", ("office_director", "unit_head")),
    DemoPerson("yunshuyi", "云舒意", "yunhu", "办公室", "科员", ("clerk", "seal_keeper", "archivist")),
    DemoPerson("zhongliqing", "钟黎清", "lingang", "", "县长", ("principal_head",)),
    DemoPerson("hanmosheng", "韩墨生", "lingang", "办公室", "主任", ("office_director", "unit_head")),
    DemoPerson("shuxiaoyu", "舒晓雨", "lingang", "办公室", "科员", ("clerk", "seal_keeper", "archivist")),
)

ADMINISTRATORS: tuple[tuple[str, str, str, str], ...] = (
    ("sysadmin", "系统管理员", "sysadmin", "系统管理员：人员、机关、流程"),
    ("secadmin", "安全管理员", "secadmin", "安全管理员：角色、解锁"),
    ("auditadmin", "审计管理员", "auditadmin", "审计管理员：审计日志"),
)
BUREAUX = ("reform", "education", "finance", "housing", "transport", "water", "emergency", "data")
COUNTIES = ("qingshi", "wanghai", "yunhu", "lingang")
