"""Verbs of the first set-up; views call them from here. All but the links need the holder's secret."""

from apps.installation.services.channels import channel_try, mail_settle, sms_settle
from apps.installation.services.groundwork import groundwork_lay, installation_finish
from apps.installation.services.links import link_open, link_take
from apps.installation.services.organ import (
    AdministratorDraft,
    AdministratorWord,
    administrator_words_renew,
    administrators_settle,
    organ_settle,
)
from apps.installation.services.people import passwords_issue, workbook_drop, workbook_import, workbook_keep

__all__ = [
    "AdministratorDraft",
    "AdministratorWord",
    "administrator_words_renew",
    "administrators_settle",
    "channel_try",
    "groundwork_lay",
    "installation_finish",
    "link_open",
    "link_take",
    "mail_settle",
    "organ_settle",
    "passwords_issue",
    "sms_settle",
    "workbook_drop",
    "workbook_import",
    "workbook_keep",
]
