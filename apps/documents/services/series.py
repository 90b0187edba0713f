"""发文字号序列: opened by the system administrator where a series does not begin at 1 by itself, or a second one is needed."""

from django.db import transaction

from apps.accounts.models import Organ
from apps.accounts.policies import require_permission
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.errors import InvalidState, NotFound, ValidationFailed
from apps.core.locks import advisory_lock
from apps.documents.models import NumberSeries

CHANGE_SERIES = "documents.change_numberseries"
YEARS = range(2000, 2100)


@transaction.atomic
def series_open(
    *,
    actor: Actor | None,
    organ_id: int,
    prefix: str,
    year: int,
    first_serial: int = 1,
    is_default: bool = True,
    tenure_id: int | None = None,
) -> NumberSeries:
    """Open `prefix`〔`year`〕 at `first_serial`, such as after the last number of a paper ledger.

    With `tenure_id`, a leader's appointment, it numbers the orders this leader signs, whatever the year, and is no default.
    Refuses an abolished organ, a prefix in use that year, a second series of a tenure, a year outside 2000–2099 and a serial
    below 1.
    """
    require_permission(actor, CHANGE_SERIES, "新增字号序列")
    organ = Organ.objects.filter(pk=organ_id, abolished_on__isnull=True).first()
    if organ is None:
        raise NotFound("没有找到该机关，或该机关已撤销。")
    prefix = prefix.strip()
    if not prefix:
        raise ValidationFailed("请填写机关代字。", fields={"prefix": "请填写机关代字"})
    if year not in YEARS or first_serial < 1:
        raise ValidationFailed("年份须为四位数，起始序号不小于1。", fields={"year": "请核对年份和起始序号"})
    advisory_lock(f"documents.series:{prefix}:{year}")
    _only_one(organ, prefix, year, tenure_id)
    series = NumberSeries.objects.create(
        organ=organ,
        prefix=prefix,
        year=year,
        first_serial=first_serial,
        next_serial=first_serial,
        tenure_id=tenure_id,
    )
    record("documents.series_open", actor=actor, subject_text=str(series), facts={"first": first_serial})
    if tenure_id is not None or not is_default:
        return series
    return series_default_set(actor=actor, series_id=series.pk)


def _only_one(organ: Organ, prefix: str, year: int, tenure_id: int | None) -> None:
    if tenure_id is None:
        if NumberSeries.objects.filter(prefix=prefix, year=year, tenure__isnull=True).exists():
            raise InvalidState(f"{prefix}〔{year}〕已经存在，同一代字同一年份只有一个序列。")
        return
    if not prefix.endswith("令"):
        raise ValidationFailed("令号序列的代字须以“令”结尾，如“岱海市人民政府令”。", field="prefix")
    if NumberSeries.objects.filter(organ=organ, tenure_id=tenure_id).exists():
        raise InvalidState("该负责人本任期的令号序列已经存在，一个任期只有一个序列。")


@transaction.atomic
def series_default_set(*, actor: Actor | None, series_id: int) -> NumberSeries:
    """Make it the one that numbering offers first; the organ's other series of the year stay usable."""
    require_permission(actor, CHANGE_SERIES, "设置默认序列")
    series = NumberSeries.objects.select_for_update(of=("self",)).filter(pk=series_id).first()
    if series is None:
        raise NotFound("没有找到该序列。")
    if series.tenure_id is not None:
        raise InvalidState("令号序列按签发人任期取用，不设默认。")
    advisory_lock(f"documents.series_default:{series.organ_id}:{series.year}")
    others = NumberSeries.objects.filter(organ_id=series.organ_id, year=series.year).exclude(pk=series.pk)
    others.update(is_default=False)
    series.is_default = True
    series.save(update_fields=["is_default"])
    record("documents.series_default", actor=actor, subject_text=str(series))
    return series
