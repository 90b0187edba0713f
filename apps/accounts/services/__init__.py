"""Verbs of accounts. Everyone calls them from here; each says what it refuses."""

from apps.accounts.services.absences import absence_cancel, absence_record
from apps.accounts.services.administration import (
    administrator_appoint,
    administrator_dismiss,
    event_redeliver,
    lockout_release,
    sign_in_record,
    sign_in_refused_record,
)
from apps.accounts.services.appointments import (
    appointment_close,
    appointment_open,
    appointment_roles_set,
    appointment_update,
)
from apps.accounts.services.break_glass import break_glass_approve, break_glass_ask, break_glass_end
from apps.accounts.services.calendar import (
    calendar_day_clear,
    calendar_day_set,
    calendar_year_changes,
    calendar_year_import,
    calendar_year_provisional,
)
from apps.accounts.services.delegations import delegation_create, delegation_revoke
from apps.accounts.services.directories import (
    directories_nightly,
    directory_close,
    directory_keep,
    directory_open,
    directory_save,
)
from apps.accounts.services.directory_import import directory_failed, directory_import
from apps.accounts.services.groups import choices_remember, group_create, group_remove, group_update
from apps.accounts.services.handing_over import NewPost, handover_cancel, handover_confirm, handover_start
from apps.accounts.services.organs import (
    organ_abolish,
    organ_create,
    organ_update,
    unit_abolish,
    unit_create,
    unit_update,
)
from apps.accounts.services.passwords import notice_accept, password_change, password_reset
from apps.accounts.services.people import (
    person_activate,
    person_create,
    person_deactivate,
    person_leave,
    person_update,
)
from apps.accounts.services.posts import post_switch
from apps.accounts.services.protections import protection_end, protection_move, protection_record
from apps.accounts.services.recovery import (
    password_recover,
    password_recovered_tell,
    recovery_answer,
    recovery_ask,
    recovery_mail_ask,
    recovery_mail_drop,
    recovery_mail_prove,
    recovery_mail_remove,
)
from apps.accounts.services.second_factors import (
    is_locked_out,
    second_factor_failed,
    second_factor_note,
    second_factors_reset,
    unlock_record,
)
from apps.accounts.services.secretaries import secretary_assign, secretary_list, secretary_release
from apps.accounts.services.sessions import screens_check, session_end, session_seen, sessions_end_others
from apps.accounts.services.staffing import (
    FIRST_PASSWORD_HEADS,
    FirstPassword,
    first_passwords_issue,
    people_make,
    posts_make,
    staffing_import,
)

__all__ = [
    "FIRST_PASSWORD_HEADS",
    "FirstPassword",
    "NewPost",
    "absence_cancel",
    "absence_record",
    "administrator_appoint",
    "administrator_dismiss",
    "appointment_close",
    "appointment_open",
    "appointment_roles_set",
    "appointment_update",
    "break_glass_approve",
    "break_glass_ask",
    "break_glass_end",
    "calendar_day_clear",
    "calendar_day_set",
    "calendar_year_changes",
    "calendar_year_import",
    "calendar_year_provisional",
    "choices_remember",
    "delegation_create",
    "delegation_revoke",
    "directories_nightly",
    "directory_close",
    "directory_failed",
    "directory_import",
    "directory_keep",
    "directory_open",
    "directory_save",
    "event_redeliver",
    "first_passwords_issue",
    "group_create",
    "group_remove",
    "group_update",
    "handover_cancel",
    "handover_confirm",
    "handover_start",
    "is_locked_out",
    "lockout_release",
    "notice_accept",
    "organ_abolish",
    "organ_create",
    "organ_update",
    "password_change",
    "password_recover",
    "password_recovered_tell",
    "password_reset",
    "people_make",
    "person_activate",
    "person_create",
    "person_deactivate",
    "person_leave",
    "person_update",
    "post_switch",
    "posts_make",
    "protection_end",
    "protection_move",
    "protection_record",
    "recovery_answer",
    "recovery_ask",
    "recovery_mail_ask",
    "recovery_mail_drop",
    "recovery_mail_prove",
    "recovery_mail_remove",
    "screens_check",
    "second_factor_failed",
    "second_factor_note",
    "second_factors_reset",
    "secretary_assign",
    "secretary_list",
    "secretary_release",
    "session_end",
    "session_seen",
    "sessions_end_others",
    "sign_in_record",
    "sign_in_refused_record",
    "staffing_import",
    "unit_abolish",
    "unit_create",
    "unit_update",
    "unlock_record",
]
