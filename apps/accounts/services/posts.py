"""Choosing in which of one's posts to act."""

from django.db import transaction

from apps.accounts.models import Appointment
from apps.accounts.selectors import appointments_of
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.subjects import Subject


@transaction.atomic
def post_switch(*, actor: Actor, appointment_id: int) -> Appointment:
    """Act in another of one's running posts. Other people's and ended posts are not found."""
    post = appointments_of(actor.person_id).filter(pk=appointment_id).first()
    if post is None:
        raise NotFound("这项任职不是您的，或已经结束。")
    record(
        "accounts.post_switch",
        actor=actor,
        subject=Subject("accounts.person", actor.person_id),
        subject_text=f"{post.organ.short_name} {post.post_title}",
        facts={"appointment": post.pk},
    )
    return post
