"""The joint organs of a document, kept in the order of issue."""

from apps.accounts.models import Organ
from apps.core.errors import ValidationFailed
from apps.documents.models import JointIssuer, OutgoingDocument
from apps.documents.selectors.winding_up import is_abolished
from apps.typesetting.sheet import MOST_ORGANS


def joint_issuers_keep(*, document: OutgoingDocument, organ_ids: tuple[int, ...]) -> None:
    """Replace the joint organs of a held document; untouched ones cost nothing.

    Refuses more than six organs together, an abolished one, and organs of another level than the lead one (条例 art. 17).
    """
    wanted = [pk for pk in dict.fromkeys(organ_ids) if pk != document.issuing_organ_id]
    if wanted == list(document.joint_issuers.values_list("organ_id", flat=True)):
        return
    organs = Organ.objects.in_bulk(wanted)
    if len(wanted) >= MOST_ORGANS:
        raise _refused(f"联合行文的机关连同主办机关不超过{MOST_ORGANS}个。")
    gone = [pk for pk in wanted if pk not in organs or is_abolished(organs[pk])]
    if gone:
        raise _refused("有联署机关不存在或已撤销，请重新选择。")
    unequal = [organs[pk].short_name for pk in wanted if organs[pk].level != document.issuing_organ.level]
    if unequal:
        raise _refused(f"只有同级机关可以联合行文，请移除{'、'.join(unequal)}。")
    document.joint_issuers.all().delete()
    JointIssuer.objects.bulk_create(
        JointIssuer(document=document, organ_id=pk, rank_order=order) for order, pk in enumerate(wanted)
    )


def _refused(message: str) -> ValidationFailed:
    return ValidationFailed(message, fields={"joint": message})
