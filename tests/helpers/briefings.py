"""Information of the cast: the data bureau reports to the office, where the drafter is info officer."""

from typing import Any

from apps.accounts.models import AppointmentRole, Role
from apps.briefings import services
from apps.briefings.models import Adoption, Bulletin, BulletinIssue, InfoItem
from apps.briefings.services.items import ItemDraft
from apps.core.actors import Actor
from tests.factories.world import World
from tests.helpers.replay import replayed

TEXT = "今年以来，市大数据局推动政务数据共享，累计归集数据 12.6 亿条。\n下一步将扩大共享范围。"


def desk_opened(world: World) -> None:
    """The drafter is made info officer of the office; the procedures are known. Again is nothing."""
    found = AppointmentRole.objects.get_or_create(appointment=world.post("drafter"), role=Role.INFO_OFFICER)
    if found[1]:
        services.procedures_set_up()


def editor_of(world: World) -> Actor:
    """The info officer at the desk."""
    desk_opened(world)
    return world.actor("drafter")


def draft(world: World, **more: Any) -> ItemDraft:
    """What the data bureau's clerk writes."""
    facts: dict[str, Any] = {
        "category": "experience",
        "title": "市大数据局推动数据共享提质增效",
        "text": TEXT,
        "sources": "统计月报",
        "receiver_id": world.organs["office"].pk,
    }
    return ItemDraft(**(facts | more))


@replayed
def written(world: World, who: str = "bureau_clerk", **more: Any) -> InfoItem:
    """A draft of one of the cast."""
    desk_opened(world)
    return services.item_save(actor=world.actor(who), draft=draft(world, **more))


@replayed
def pending(world: World, who: str = "bureau_clerk", **more: Any) -> InfoItem:
    """Sent to the unit's heads."""
    item = written(world, who, **more)
    return services.item_submit(actor=world.actor(who), item_id=item.pk)


@replayed
def submitted(world: World, who: str = "bureau_clerk", **more: Any) -> InfoItem:
    """On the office's desk: both heads of the data bureau (the only head of the finance bureau) have agreed."""
    item = pending(world, who, **more)
    for head in {"bureau_clerk": ("bureau_chief", "bureau_head"), "finance_clerk": ("finance_head",)}[who]:
        item = services.item_approve(actor=world.actor(head), item_id=item.pk)
    return item


@replayed
def adopted(world: World, who: str = "bureau_clerk", **more: Any) -> Adoption:
    """Taken over by the desk."""
    item = submitted(world, who, **more)
    return services.items_adopt(actor=editor_of(world), item_ids=[item.pk])


def series(world: World, name: str = "政务信息") -> Bulletin:
    """A series of the office."""
    desk_opened(world)
    return services.bulletin_keep(actor=editor_of(world), name=name, publisher="岱海市人民政府办公室编")


@replayed
def composed(world: World, *texts: Adoption) -> BulletinIssue:
    """An issue with these texts, or with one of the data bureau."""
    bulletin = Bulletin.objects.first() or series(world)
    editor = editor_of(world)
    issue = services.issue_begin(actor=editor, bulletin_id=bulletin.pk)
    for text in texts or (adopted(world),):
        issue = services.issue_entry_add(actor=editor, issue_id=issue.pk, adoption_id=text.pk)
    return issue


@replayed
def signed(world: World, *texts: Adoption) -> BulletinIssue:
    """Signed by the office's deputy head."""
    issue = composed(world, *texts)
    services.issue_submit(actor=editor_of(world), issue_id=issue.pk, signer_id=world.post("deputy").pk)
    return services.issue_sign(actor=world.actor("deputy"), issue_id=issue.pk, text="同意编发。")


@replayed
def published(world: World, *texts: Adoption, to: tuple[str, ...] = ("head",)) -> BulletinIssue:
    """Numbered and sent."""
    issue = signed(world, *texts)
    return services.issue_publish(
        actor=editor_of(world),
        issue_id=issue.pk,
        recipient_ids=[world.post(who).pk for who in to],
    )
