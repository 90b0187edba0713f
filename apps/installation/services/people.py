"""The workbook: kept while it is looked at, taken wholly, then forgotten; and the list of first passwords."""

from django.db import transaction

from apps.accounts.models import Organ
from apps.accounts.services import FirstPassword, first_passwords_issue, staffing_import
from apps.accounts.staffing.plan import StaffingPlan
from apps.accounts.staffing.workbook import LARGEST_BYTES
from apps.core.errors import InvalidState, ValidationFailed
from apps.installation.models import Installation
from apps.installation.policies import require_holder
from apps.installation.selectors import installation_now


@transaction.atomic
def workbook_keep(*, secret: str, name: str, data: bytes) -> Installation:
    """Keep an uploaded workbook for the look before the import; an earlier one is replaced. Refuses one that is too large."""
    installation = require_holder(installation_now(lock=True), secret)
    _organ_of(installation)
    if not data or len(data) > LARGEST_BYTES:
        raise ValidationFailed("文件是空的或超过 5 MB，请核对后重新选择。", field="workbook")
    installation.workbook, installation.workbook_name = data, name[-120:]
    installation.save(update_fields=["workbook", "workbook_name"])
    return installation


@transaction.atomic
def workbook_drop(*, secret: str) -> None:
    """Forget the kept workbook."""
    _forget(require_holder(installation_now(lock=True), secret))


@transaction.atomic
def workbook_import(*, secret: str) -> StaffingPlan:
    """Take the kept workbook wholly, then forget it. Refuses without one, and one with any mistake."""
    installation = require_holder(installation_now(lock=True), secret)
    if installation.workbook is None:
        raise InvalidState("没有待导入的文件，可能已经导入过。请重新选择文件。")
    data = bytes(installation.workbook)
    plan = staffing_import(actor=None, data=data, organ_id=_organ_of(installation).pk)
    _forget(installation)
    return plan


@transaction.atomic
def passwords_issue(*, secret: str) -> list[FirstPassword]:
    """First passwords for everybody who has never signed in."""
    require_holder(installation_now(lock=True), secret)
    words = first_passwords_issue(actor=None)
    if not words:
        raise InvalidState("没有需要初始口令的人员：还没有导入，或都已登录过。")
    return words


def _organ_of(installation: Installation) -> Organ:
    if installation.organ is None:
        raise InvalidState("请先填写机关，再导入人员。")
    return installation.organ


def _forget(installation: Installation) -> None:
    installation.workbook, installation.workbook_name = None, ""
    installation.save(update_fields=["workbook", "workbook_name"])
