"""How a person wants to be reached."""

from django.db import transaction

from apps.accounts.models import Person
from apps.accounts.selectors.recovery import recovery_mail_of
from apps.core.actors import Actor
from apps.core.errors import ValidationFailed
from apps.notifications.models import Preference
from apps.notifications.selectors import mail_is_configured


@transaction.atomic
def preference_set(*, actor: Actor, by_mail: bool, by_browser: bool, by_digest: bool = False) -> Preference:
    """Keep the actor's wishes. Refuses mail without a mail server or an address, the digest without one the person has proved."""
    if by_mail and not mail_is_configured():
        raise ValidationFailed("本单位未配置邮件服务，暂不能开启邮件提醒。")
    if by_mail and not Person.objects.filter(pk=actor.person_id, email__gt="").exists():
        raise ValidationFailed("您还没有登记邮箱，请联系管理员登记后再开启邮件提醒。")
    if by_digest and not mail_is_configured():
        raise ValidationFailed("本单位未配置邮件服务，暂不能开启待办日报。")
    if by_digest and not recovery_mail_of(Person.objects.get(pk=actor.person_id)).address:
        raise ValidationFailed("待办日报只发到本人验证过的邮箱，请先在“我—找回口令邮箱”中设置并验证。")
    preference, _ = Preference.objects.update_or_create(
        person_id=actor.person_id,
        defaults={"by_mail": by_mail, "by_browser": by_browser, "by_digest": by_digest},
    )
    return preference
