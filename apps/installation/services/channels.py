"""Mail and SMS, set by the set-up's holder as the system."""

from apps.installation.policies import require_holder
from apps.installation.selectors import installation_now
from apps.notifications import services as notifications
from apps.notifications.services import MailDraft


def mail_settle(*, secret: str, draft: MailDraft) -> None:
    """Keep the mail server; an empty host removes it."""
    require_holder(installation_now(), secret)
    notifications.mail_settings_save(actor=None, draft=draft)


def sms_settle(*, secret: str, url: str, token: str) -> None:
    """Keep the SMS gateway; an empty address removes it."""
    require_holder(installation_now(), secret)
    notifications.sms_settings_save(actor=None, url=url, token=token)


def channel_try(*, secret: str, address: str) -> str:
    """One trial mail or SMS. Returns what to look for; raises with what the server answered."""
    require_holder(installation_now(), secret)
    return notifications.channel_try(actor=None, address=address)
