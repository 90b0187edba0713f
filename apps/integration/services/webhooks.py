"""Webhooks out: subscribed, told once an event, tried again with back-off, parked after the last try, sent again by hand."""

import json
import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import HouseError, InvalidState, NotFound, ValidationFailed
from apps.core.sealed import seal, unseal
from apps.core.subjects import Subject
from apps.integration.boundaries import link_checked
from apps.integration.enums import HookEvent, Scope
from apps.integration.gateways import Answer, post
from apps.integration.models import PartnerSystem, WebhookDelivery, WebhookSubscription
from apps.integration.policies import HOOK_KIND, Power, require_power
from apps.integration.selectors.webhooks import subscriptions_for
from apps.integration.signing import signature

SECRET = "integration.webhook"  # noqa: S105  # the name it is sealed under
SECRET_BYTES = 32
MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)
LOST_AFTER = timedelta(minutes=2)
BATCH = 50
State = WebhookDelivery.State


@transaction.atomic
def hook_keep(
    *,
    actor: Actor | None,
    hook: WebhookSubscription,
    system: PartnerSystem,
    url: str,
    events: Sequence[str],
    is_enabled: bool,
) -> WebhookSubscription:
    """A new subscription or a changed one. It tells nothing before it has a secret.

    Raises `ValidationFailed` for a system without the scope, an address that is not https to a registered host, no event.
    """
    require_power(actor, Power.CHANGE)
    address = _address_checked(system, url.strip())
    if Scope.EVENTS not in system.scopes:
        raise ValidationFailed("该系统没有“接收事件”权限，请先在接入系统中授予。", field="system")
    if not events:
        raise ValidationFailed("请至少选择一种事件。", field="events")
    if WebhookSubscription.objects.filter(system=system, url=address).exclude(pk=hook.pk).exists():
        raise ValidationFailed("该系统已经订阅到这个地址。", field="url")
    hook.system, hook.url, hook.is_enabled = system, address, is_enabled
    hook.events = [event.value for event in HookEvent if event in events]
    if hook._state.adding:  # noqa: SLF001  # Django's documented state of a row
        hook.created_at = now()
    hook.save()
    _note("integration.hook_keep", actor, hook, {"events": hook.events, "is_enabled": is_enabled})
    return hook


def _address_checked(system: PartnerSystem, url: str) -> str:
    try:
        link_checked(url, system.hosts)
    except HouseError as error:
        error.data["field"] = "url"
        raise
    if not url.startswith("https://") and not settings.WEBHOOK_NETWORKS:
        raise ValidationFailed("接收地址须以 https:// 开头。", field="url")
    return url


@transaction.atomic
def hook_secret_issue(*, actor: Actor | None, hook_id: int) -> str:
    """A fresh secret for signing, given out this once; from now on everything is signed with it."""
    require_power(actor, Power.ISSUE_KEY)
    hook = _hook_locked(hook_id)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    hook.secret, hook.secret_at = seal(secret, name=SECRET), now()
    hook.save(update_fields=["secret", "secret_at"])
    _note("integration.hook_secret", actor, hook, {})
    return secret


def hook_try(*, actor: Actor | None, hook_id: int) -> Answer:
    """Send a test now, outside any transaction. Raises `InvalidState` before there is a secret."""
    require_power(actor, Power.CHANGE)
    with transaction.atomic():
        hook = _hook_locked(hook_id)
        if hook.secret_at is None:
            raise InvalidState("请先由安全管理员签发签名密钥。")
        _note("integration.hook_try", actor, hook, {})
    moment = now()
    trial = WebhookDelivery(
        pk=0,
        subscription=hook,
        event=HookEvent.PING,
        key="",
        data={"system": hook.system.name},
        happened_at=moment,
    )
    return _hand_over(trial)


@transaction.atomic
def hooks_queue(
    *,
    event: HookEvent,
    key: str,
    data: dict[str, Any],
    organ_ids: Collection[int] = (),
    system_id: int | None = None,
) -> int:
    """Have the event told to those who hear of it, once under `key`. Returns to how many."""
    moment = now()
    rows = [
        WebhookDelivery(
            subscription=hook,
            event=event,
            key=key[:80],
            data=data,
            happened_at=moment,
            next_attempt_at=moment,
        )
        for hook in subscriptions_for(event, organ_ids=organ_ids, system_id=system_id)
    ]
    WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def deliveries_sweep() -> int:
    """Send what is due, oldest first; what a crash left in flight is due again. Returns how many were tried.

    An address that does not answer holds up its own tellings only: after a failure the rest of its queue waits.
    """
    moment = now()
    WebhookDelivery.objects.filter(state=State.INFLIGHT, claimed_at__lt=moment - LOST_AFTER).update(
        state=State.QUEUED, last_error="投递进程中断，重新投递"
    )
    waiting = WebhookDelivery.objects.filter(state=State.QUEUED, next_attempt_at__lte=moment)
    due = waiting.order_by("next_attempt_at", "pk").values_list("pk", "subscription_id")
    failing: set[int] = set()
    tried = 0
    while rows := list(due.exclude(subscription_id__in=failing)[: BATCH - tried]):
        for pk, hook_id in rows:
            if hook_id in failing:
                continue
            tried += 1
            if delivery_send(delivery_id=pk).state != State.DELIVERED:
                failing.add(hook_id)
    return tried


def delivery_send(*, delivery_id: int) -> WebhookDelivery:
    """Send one queued telling now. Returns the row as it ended; a row somebody else claimed is left alone."""
    claimed = WebhookDelivery.objects.filter(pk=delivery_id, state=State.QUEUED).update(
        state=State.INFLIGHT, claimed_at=now(), attempt_count=F("attempt_count") + 1
    )
    row = WebhookDelivery.objects.select_related("subscription__system").get(pk=delivery_id)
    if not claimed:
        return row
    hook = row.subscription
    if not (hook.is_enabled and hook.system.is_enabled):
        return _ended(row, State.PARKED, "订阅或系统已停用")
    try:
        answer = _hand_over(row)
    except InvalidState as error:
        answer = Answer(error.message)
    if answer.is_taken:
        row.delivered_at = now()
        return _ended(row, State.DELIVERED, "")
    if row.attempt_count >= MAX_ATTEMPTS:
        return _ended(row, State.PARKED, answer.reason)
    row.next_attempt_at = now() + FIRST_PAUSE * 2 ** (row.attempt_count - 1)
    return _ended(row, State.QUEUED, answer.reason)


@transaction.atomic
def delivery_requeue(*, actor: Actor | None, delivery_id: int) -> WebhookDelivery:
    """Tell a parked one again. Raises `InvalidState` for others."""
    require_power(actor, Power.CHANGE)
    taken = WebhookDelivery.objects.filter(pk=delivery_id, state=State.PARKED).update(
        state=State.QUEUED, attempt_count=0, next_attempt_at=now()
    )
    row = WebhookDelivery.objects.select_related("subscription__system").get(pk=delivery_id)
    if not taken:
        raise InvalidState("只有已搁置的投递需要重新投递。")
    _note("integration.hook_requeue", actor, row.subscription, {"delivery": row.pk, "event": row.event})
    return row


def _hand_over(row: WebhookDelivery) -> Answer:
    hook, moment = row.subscription, now()
    told = {
        "id": row.pk,
        "event": str(row.event),
        "happened_at": row.happened_at.isoformat(),
        "data": row.data,
    }
    body = json.dumps(told, ensure_ascii=False).encode()
    secret = unseal(bytes(hook.secret), name=SECRET)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Tongzhou",
        "Tongzhou-Event": str(row.event),
        "Tongzhou-Delivery": str(row.pk),
        "Tongzhou-Signature": signature(secret, body, int(moment.timestamp())),
    }
    return post(hook.url, body, headers)


def _ended(row: WebhookDelivery, state: WebhookDelivery.State, reason: str) -> WebhookDelivery:
    row.state, row.last_error = state, reason[:300]
    row.save(update_fields=["state", "last_error", "next_attempt_at", "delivered_at"])
    return row


def _hook_locked(hook_id: int) -> WebhookSubscription:
    found = (
        WebhookSubscription.objects.select_for_update(of=("self",))
        .select_related("system")
        .filter(pk=hook_id)
        .first()
    )
    if found is None:
        raise NotFound("没有找到该订阅。")
    return found


def _note(act: str, actor: Actor | None, hook: WebhookSubscription, facts: dict[str, Any]) -> None:
    told = {"system": hook.system_id, "url": hook.url, **facts}
    record(act, actor=actor, subject=Subject(HOOK_KIND, hook.pk), subject_text=hook.system.name, facts=told)
