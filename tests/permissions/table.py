"""The permission table: for each address the status every role gets, written by hand.

Columns are ROLES. `GET` rows open a page, `POST` rows send an empty form: 303 and 422 mean "let in", 404 "does not exist for
you", 403 "seen, but not yours to do", 302 "sign in first". The document stands at 办公室审核 of the city's office.
"""

ROLES = (
    "anonymous", "drafter", "section_chief", "director", "head", "clerk",
    "bureau_clerk", "stranger", "sysadmin", "secadmin", "auditadmin",
)  # fmt: skip

# name: (method, statuses by role)
EVERYBODY = (200,) * 11
SIGNED_IN = (302, *(200,) * 10)
SIGNED_IN_API = (401, *(200,) * 10)
#          anon drft chief dirc head clrk bcl  strg sys  sec  aud
INSIDERS = (302, 200, 200, 200, 200, 200, 404, 404, 404, 404, 404)
HANDLER = (302, 403, 403, 422, 403, 403, 404, 404, 404, 404, 404)
NOBODY_YET = (302, 403, 403, 403, 403, 403, 404, 404, 404, 404, 404)
LEDGER = (302, 403, 403, 200, 200, 200, 200, 403, 404, 404, 404)
NOT_FOUND = (302, *(404,) * 10)
# the conversation: 办公室主任 with drafter, clerk and section chief
MEMBERS = (302, 200, 200, 200, 404, 200, 404, 404, 404, 404, 404)
# the table sends forms; the API takes JSON only (what it says to members and strangers: tests/messaging/test_pages.py)
NO_JSON = (401, *(415,) * 10)
MEMBERS_API = (401, 200, 200, 200, 404, 200, 404, 404, 404, 404, 404)

TABLE: dict[str, tuple[str, tuple[int, ...]]] = {
    "core:healthz": ("GET", EVERYBODY),
    "core:live_counts": ("GET", SIGNED_IN),
    "account_login": ("GET", (200, *(302,) * 10)),
    "accounts:me": ("GET", SIGNED_IN),
    "accounts:sessions": ("GET", SIGNED_IN),
    "accounts:delegations": ("GET", SIGNED_IN),
    "accounts:absences": ("GET", SIGNED_IN),
    "accounts:directory": ("GET", SIGNED_IN),
    "accounts:person": ("GET", SIGNED_IN),
    "accounts:password": ("GET", SIGNED_IN),
    "notifications:inbox": ("GET", SIGNED_IN),
    "notifications:preferences": ("GET", SIGNED_IN),
    "notifications:open": ("GET", NOT_FOUND),
    "notifications:announcements": ("GET", SIGNED_IN),
    "notifications:announcement_new": ("GET", (302, 403, 200, 200, 200, 200, 200, 403, 403, 403, 403)),
    "supervision:board": ("GET", SIGNED_IN),
    "supervision:items": ("GET", SIGNED_IN),
    "supervision:export": ("GET", SIGNED_IN),
    "supervision:lifecycle": ("GET", SIGNED_IN),
    "supervision:summary": ("POST", (302, 403, 403, 303, 303, 403, 403, 403, 403, 403, 403)),
    "supervision:notice": ("GET", NOT_FOUND),
    "supervision:batch": ("POST", (302, *(422,) * 10)),
    "supervision:plan": ("GET", (302, 403, 403, 200, 200, 200, 200, 403, 403, 403, 403)),
    "supervision:new": ("GET", (302, 403, 403, 200, 200, 200, 200, 403, 403, 403, 403)),
    "portal:desk": ("GET", SIGNED_IN),
    "portal:search": ("GET", SIGNED_IN),
    "portal:desk_export": ("GET", SIGNED_IN),
    "portal:apps": ("GET", SIGNED_IN),
    "portal:desk_notices": ("GET", SIGNED_IN),
    "portal:readings_done": ("POST", (302, *(303,) * 10)),
    "api:me": ("GET", SIGNED_IN_API),
    "api:units": ("GET", SIGNED_IN_API),
    "api:directory": ("GET", SIGNED_IN_API),
    "api:groups": ("GET", SIGNED_IN_API),
    "api:tasks": ("GET", SIGNED_IN_API),
    "api:documents": ("GET", SIGNED_IN_API),
    "api:document": ("GET", (401, 200, 200, 200, 200, 200, 404, 404, 404, 404, 404)),
    "documents:outgoing_list": ("GET", SIGNED_IN),
    "documents:outgoing_export": ("GET", SIGNED_IN),
    "documents:outgoing_new": ("GET", SIGNED_IN),
    "documents:outgoing_detail": ("GET", INSIDERS),
    "documents:outgoing_edit": ("GET", INSIDERS),
    "documents:outgoing_checks": ("GET", INSIDERS),
    "documents:outgoing_attachments": ("GET", INSIDERS),
    "documents:outgoing_pages": ("GET", INSIDERS),
    "documents:dispatches": ("GET", INSIDERS),
    "documents:incoming_list": ("GET", SIGNED_IN),
    "documents:incoming_export": ("GET", SIGNED_IN),
    "documents:incoming_new": ("GET", (302, 403, 403, 200, 403, 200, 200, 403, 403, 403, 403)),
    "documents:outgoing_slip": ("GET", INSIDERS),
    "documents:outgoing_verify": ("GET", INSIDERS),
    "documents:verify": ("GET", SIGNED_IN),
    "documents:numbers": ("GET", LEDGER),
    "documents:numbers_export": ("GET", LEDGER),
    "documents:numbers_reserve": ("POST", NOT_FOUND),
    "documents:outgoing_copy": ("POST", (302, 303, 303, 303, 303, 303, 404, 404, 404, 404, 404)),
    "documents:outgoing_delete": ("POST", (302, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422)),
    "messaging:home": ("GET", SIGNED_IN),
    "messaging:rows": ("GET", SIGNED_IN),
    "messaging:new": ("GET", SIGNED_IN),
    "messaging:search": ("GET", SIGNED_IN),
    "messaging:room": ("GET", MEMBERS),
    "messaging:side": ("GET", MEMBERS),
    "api:entries": ("GET", MEMBERS_API),
    "api:message_states": ("GET", MEMBERS_API),
    "api:messages": ("POST", NO_JSON),
    "api:conversation_read": ("POST", NO_JSON),
    "api:messaging_sync": ("POST", NO_JSON),
    "files:download": ("GET", INSIDERS),
    "files:viewer": ("GET", INSIDERS),
    "files:watermark": ("GET", SIGNED_IN),
}

# Acts on the document: (form, statuses). A correct version is sent, so that the refusal is the rule's, not the form's.
ACTS: dict[str, tuple[dict[str, str], tuple[int, ...]]] = {
    "withdraw": ({}, (302, 409, 303, 403, 403, 403, 404, 404, 404, 404, 404)),
    "number": ({}, NOBODY_YET),
    "cancel": ({"text": "作废"}, NOBODY_YET),
    "typeset": ({}, NOBODY_YET),
    "seal_request": ({"copies": "1"}, NOBODY_YET),
    "seal": ({}, NOBODY_YET),
    "distribute": ({}, NOBODY_YET),
    "file": ({"year": "2026", "retention_period": "d30"}, NOBODY_YET),
    "circulate": ({}, (302, 422, 403, 422, 422, 422, 404, 404, 404, 404, 404)),
    "return": ({"text": "请修改", "to": "drafter"}, (302, 403, 403, 303, 403, 403, 404, 404, 404, 404, 404)),
    "advance": ({"text": "同意"}, (302, 403, 403, 303, 403, 403, 404, 404, 404, 404, 404)),
    "nonsense": ({}, (302, *(404,) * 10)),
}

# The same for a paper document that lies unsigned on the desk of the bureau (no sender in the system to send it back to).
#              anon drft chief dirc head clrk bcl  strg sys  sec  aud
RECEIVER = (302, 404, 404, 404, 404, 404, 200, 404, 404, 404, 404)
RECEIVED_ACTS: dict[str, tuple[dict[str, str], tuple[int, ...]]] = {
    "sign": ({}, (302, 404, 404, 404, 404, 404, 303, 404, 404, 404, 404)),
    "send-back": ({"text": "不属本机关职责"}, (302, 404, 404, 404, 404, 404, 403, 404, 404, 404, 404)),
    "register": ({"purpose": "action"}, (302, 404, 404, 404, 404, 404, 403, 404, 404, 404, 404)),
    "propose": ({"text": "拟办"}, (302, 404, 404, 404, 404, 404, 403, 404, 404, 404, 404)),
    "instruct": ({"text": "同意"}, (302, 404, 404, 404, 404, 404, 403, 404, 404, 404, 404)),
    "assign": ({}, (302, 404, 404, 404, 404, 404, 403, 404, 404, 404, 404)),
    "handle": ({"text": "已办"}, (302, 404, 404, 404, 404, 404, 403, 404, 404, 404, 404)),
    "complete": ({}, (302, 404, 404, 404, 404, 404, 403, 404, 404, 404, 404)),
    "nonsense": ({}, (302, *(404,) * 10)),
}

# Tried elsewhere with their own data (who may do it is in the named test), or the framework's.
ELSEWHERE: dict[str, str] = {
    "core:readyz": "tests/core",
    "core:service_worker": "tests/core",
    "account_logout": "tests/accounts/test_sign_in.py",
    "accounts:demo_gate": "tests/accounts/test_sign_in.py",
    "accounts:post_switch": "tests/accounts/test_sign_in.py",
    "accounts:notice_accept": "tests/accounts/test_sign_in.py",
    "accounts:sessions_finish_others": "tests/accounts/test_sign_in.py",
    "accounts:session_finish": "tests/accounts/test_sign_in.py",
    "accounts:delegation_end": "tests/accounts",
    "accounts:absence_end": "tests/accounts",
    "api:recent": "tests/accounts",
    "api:people": "tests/accounts",
    "api:schema": "tests/permissions/test_table.py",
    "api:docs": "tests/permissions/test_table.py",
    "api:uploads": "tests/files/test_uploads.py",
    "api:upload": "tests/files/test_uploads.py",
    "files:print": "tests/files/test_leaving.py",
    "files:page": "tests/files/test_leaving.py",
    "files:page_marked": "tests/files/test_leaving.py",
    "messaging:unit_group": "tests/messaging/test_pages.py",
    "messaging:direct": "tests/messaging/test_pages.py",
    "messaging:card": "tests/messaging/test_pages.py",
    "messaging:readers": "tests/messaging/test_pages.py",
    "messaging:update": "tests/messaging/test_pages.py",
    "messaging:members_add": "tests/messaging/test_pages.py",
    "messaging:member_remove": "tests/messaging/test_pages.py",
    "messaging:member_role": "tests/messaging/test_pages.py",
    "messaging:leave": "tests/messaging/test_pages.py",
    "messaging:dissolve": "tests/messaging/test_pages.py",
    "messaging:setting": "tests/messaging/test_pages.py",
    "api:message_recall": "tests/messaging/test_pages.py",
    "api:message_hide": "tests/messaging/test_pages.py",
    "api:message_receipt": "tests/messaging/test_pages.py",
    "api:message_remind": "tests/messaging/test_pages.py",
    "api:conversation_draft": "tests/messaging/test_pages.py",
    "supervision:item": "tests/supervision/test_pages.py",
    "supervision:edit": "tests/supervision/test_pages.py",
    "supervision:milestone": "tests/supervision/test_pages.py",
    "supervision:split": "tests/supervision/test_pages.py",
    "supervision:act": "tests/supervision/test_pages.py",
    "supervision:sign_notice": "tests/supervision/test_pages.py",
    "supervision:report_act": "tests/supervision/test_pages.py",
    "notifications:announcement": "tests/notifications/test_announcements.py",
    "notifications:announcement_edit": "tests/notifications/test_announcements.py",
    "notifications:answers_export": "tests/notifications/test_announcements.py",
    "notifications:announcement_reply": "tests/notifications/test_announcements.py",
    "notifications:announcement_act": "tests/notifications/test_announcements.py",
    "notifications:read": "tests/notifications/test_pages.py",
    "notifications:read_all": "tests/notifications/test_pages.py",
    "workflow:follow": "tests/workflow/test_pages.py",
    "workflow:urge": "tests/workflow/test_pages.py",
    "workflow:diagram": "tests/workflow/test_pages.py",
    "workflow:readings_urge": "tests/workflow/test_pages.py",
    "workflow:readings_cancel": "tests/workflow/test_pages.py",
    "workflow:readings_done": "tests/workflow/test_pages.py",
    "workflow:phrases": "tests/workflow/test_pages.py",
    "workflow:phrase_add": "tests/workflow/test_pages.py",
    "workflow:phrase_remove": "tests/workflow/test_pages.py",
    "documents:dispatch_act": "tests/documents/test_exchange.py",
    "documents:incoming_sign_batch": "tests/documents/test_exchange.py",
    "documents:incoming_detail": "RECEIVER of this table",
    "documents:incoming_act": "the RECEIVED_ACTS of this table",
    "documents:outgoing_preview": "tests/documents/test_outgoing_pages.py",
    "documents:number_void": "tests/documents/test_outgoing_pages.py",
    "documents:outgoing_act": "the ACTS of this table",
}
