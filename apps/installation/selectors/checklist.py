"""What is left before the organ can work: each line with its verdict and what to do."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings

from apps.accounts.models import AppointmentRole, Organ, Role
from apps.accounts.selectors import valid_on
from apps.accounts.selectors.staffing import people_never_in
from apps.core.clock import today
from apps.installation.models import Installation
from apps.installation.selectors.progress import administrators_set, groundwork_of, people_count
from apps.notifications.selectors import mail_is_configured, sms_is_configured


class Verdict(StrEnum):
    """How a line of the check list stands."""

    DONE = "done"
    ADVISED = "advised"
    NEEDED = "needed"


@dataclass(frozen=True, kw_only=True)
class CheckLine:
    """One thing to have: what, how it stands, what to do about it."""

    name: str
    verdict: Verdict
    text: str
    step: str = ""


# Roles without which a document cannot run through its procedure (domain.md §4), and what each is for.
NEEDED_ROLES = {
    Role.PRINCIPAL_HEAD: "签发",
    Role.OFFICE_DIRECTOR: "办公室审核",
    Role.CLERK: "复核、编号、登记、分发",
    Role.SEAL_KEEPER: "用印",
}
ADVISED_ROLES = {Role.UNIT_HEAD: "部门核稿", Role.ARCHIVIST: "归档"}


def checklist_of(installation: Installation) -> list[CheckLine]:
    """Every line, in the order of the set-up."""
    organ = installation.organ
    lines = [_line("机关", organ is not None, organ.full_name if organ else "请填写机关名称。", step="organ")]
    for one in administrators_set():
        text = f"{one.person.name}（{one.person.login_name}）" if one.person else f"请指定：{one.duty}。"
        lines.append(_line(one.label, one.person is not None, text, step="administrators"))
    lines.append(_line("人员", people_count() > 0, f"{people_count()} 人任职。", step="people"))
    if organ is not None:
        lines += [*_roles(organ), *_groundwork(installation)]
    waiting = people_never_in().count()
    text = f"{waiting} 人还没有登录过，请把初始口令表交给各科室。" if waiting else "都已登录过。"
    lines.append(_line("首次登录", not waiting, text, step="people", otherwise=Verdict.ADVISED))
    return [*lines, *_machine()]


def is_ready(lines: list[CheckLine]) -> bool:
    """Whether nothing that is needed is missing."""
    return all(line.verdict != Verdict.NEEDED for line in lines)


def _line(
    name: str, good: object, text: str, *, step: str = "", otherwise: Verdict = Verdict.NEEDED
) -> CheckLine:
    return CheckLine(name=name, verdict=Verdict.DONE if good else otherwise, text=text, step=step)


def _roles(organ: Organ) -> list[CheckLine]:
    held = Counter(
        AppointmentRole.objects.filter(
            valid_on(today(), "appointment__"), appointment__organ=organ, appointment__person__is_active=True
        ).values_list("role", flat=True)
    )
    return [
        _line(
            f"角色：{Role(role).label}",
            held[role] > 0,
            f"{held[role]} 人，{work}。"
            if held[role]
            else f"没有人{work}，公文会停在这一步。请在人员表“角色”一列填写。",
            step="people",
            otherwise=Verdict.NEEDED if role in NEEDED_ROLES else Verdict.ADVISED,
        )
        for role, work in {**NEEDED_ROLES, **ADVISED_ROLES}.items()
    ]


def _groundwork(installation: Installation) -> list[CheckLine]:
    laid, year = groundwork_of(installation), today().year
    series = f"{laid.series}，下一号 {laid.series.next_serial}" if laid.series else "没有文号序列，不能编号。"
    known = {*laid.arranged_years, *laid.provisional_years}
    return [
        _line(
            "流程",
            laid.has_procedures,
            "公文流程已就绪。" if laid.has_procedures else "请准备流程。",
            step="groundwork",
        ),
        _line("发文字号", laid.series is not None, series, step="groundwork"),
        _line(
            "电子印章",
            laid.seal is not None,
            laid.seal.name if laid.seal else "没有印章，不能用印。",
            step="groundwork",
        ),
        _line(
            f"{year}年工作日历",
            year in known,
            "已导入放假安排。" if year in laid.arranged_years else "按法定节假日暂排，公布后请导入。",
            step="groundwork",
        ),
    ]


def _machine() -> list[CheckLine]:
    """What the machine has been told, by its environment variables or on these pages."""
    has_fonts = any(Path(settings.FONTS_ROOT).glob("*.[ot]t[fc]"))
    return [
        _advised(
            "邮件",
            mail_is_configured(),
            "没有设置邮件服务器，提醒只在系统内。",
            step="channels",
            there="已设置，以试发结果为准。",
        ),
        _advised(
            "短信",
            sms_is_configured(),
            "没有设置短信网关，必达消息、紧急提醒不能转短信。",
            step="channels",
            there="已设置，以试发结果为准。",
        ),
        _advised(
            "网站证书",
            settings.BASE_URL.startswith("https:"),
            "没有使用证书，口令以明文经过网络。运行 make_cert 签发，再用 up --cert --key 启动。",
        ),
        _advised(
            "第二处备份",
            settings.BACKUP_COPY_TO,
            "每夜备份只在本机。请设置 TONGZHOU_BACKUP_COPY_TO 指向另一台机器的目录。",
        ),
        _advised("公文字体", has_fonts, "还没有备齐，版面会用替代字体。请运行 fonts 命令。"),
    ]


def _advised(name: str, good: object, text: str, *, step: str = "", there: str = "已就绪。") -> CheckLine:
    return _line(name, good, there if good else text, step=step, otherwise=Verdict.ADVISED)
