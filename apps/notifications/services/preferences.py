"""How a person wants to be reached."""

from django.db import transaction

from apps.accounts.models import Person
from apps.core.actors import Actor
from apps.core.errors import ValidationFailed
from apps.notifications.models import Preference
from apps.notifications.selectors import mail_is_configured


@transaction.atomic
def preference_set(*, actor: Actor, by_mail: bool, by_browser: bool) -> Preference:
    """Keep the actor's wishes. Refuses mail without a mail server or an address."""
    if by_mail and not mail_is_configured():
        raise ValidationFailed("本单位未配置邮件服务，暂不能开启邮件提醒。")
    if by_mail and not Person.objects.filter(pk=actor.person_id, email__gt="").exists():
        raise ValidationFailed("您还没有登记邮箱，请联系管理员登记后再开启邮件提醒。")
    preference, _ = Preference.objects.update_or_create(
        person_id=actor.person_id, defaults={"by_mail": by_mail, "by_browser": by_browser}
    )
    return preference
