"""Addresses of accounts: `sign_in_patterns` carry allauth's names, the rest the app's own."""

from allauth.account.views import logout, reauthenticate
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from django.urls import path

from apps.accounts.views import (
    directory,
    handing_over,
    identity,
    me,
    recovery,
    secretaries,
    sign_in,
    standing_in,
)

app_name = "accounts"
sign_in_patterns = [
    path("login/", sign_in.sign_in, name="account_login"),
    path("logout/", logout, name="account_logout"),
    path("oidc/<slug:provider_id>/", identity.begin, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/return/", identity.come_back, name="openid_connect_callback"),
    path("confirm/", reauthenticate, name="account_reauthenticate"),
    path("2fa/", me.second_factors, name="mfa_index"),
    path("2fa/keys/", me.second_factors, name="mfa_list_webauthn"),
    path("2fa/sign-in/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/confirm/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/totp/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("2fa/keys/new/", me.passkey_add, name="mfa_add_webauthn"),
    path("2fa/keys/<int:pk>/remove/", keys.remove_webauthn, name="mfa_remove_webauthn"),
    path("2fa/keys/sign-in/", keys.login_webauthn, name="mfa_login_webauthn"),
    path("2fa/keys/confirm/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
]
urlpatterns = [
    path("demo/", sign_in.demo_gate, name="demo_gate"),
    path("me/", me.me, name="me"),
    path("me/post/", me.post_switch, name="post_switch"),
    path("me/password/", sign_in.password, name="password"),
    path("me/unlock/", sign_in.unlock, name="unlock"),
    path("me/active/", sign_in.active, name="active"),
    path("me/notice/", sign_in.notice_accept, name="notice_accept"),
    path("password/forgotten/", recovery.recovery, name="recovery"),
    path("password/forgotten/sent/", recovery.recovery_sent, name="recovery_sent"),
    path("password/new/", recovery.recovery_new, name="recovery_new"),
    path("password/new/<str:key>/", recovery.recovery_open, name="recovery_open"),
    path("me/mail/", recovery.recovery_mail, name="recovery_mail"),
    path("me/mail/remove/", recovery.mail_remove, name="recovery_mail_remove"),
    path("me/mail/<str:key>/", recovery.mail_prove, name="recovery_mail_prove"),
    path("me/sessions/", me.sessions, name="sessions"),
    path("me/sessions/others/end/", me.sessions_finish_others, name="sessions_finish_others"),
    path("me/sessions/<int:session_id>/end/", me.session_finish, name="session_finish"),
    path("me/delegations/", standing_in.delegations, name="delegations"),
    path("me/delegations/<int:delegation_id>/revoke/", standing_in.delegation_end, name="delegation_end"),
    path("me/absences/", standing_in.absences, name="absences"),
    path("me/absences/<int:absence_id>/cancel/", standing_in.absence_end, name="absence_end"),
    path("me/protections/", standing_in.protections, name="protections"),
    path("me/protections/<int:absence_id>/", standing_in.protection_save, name="protection_save"),
    path("me/secretaries/", secretaries.secretaries, name="secretaries"),
    path("me/secretaries/<int:duty_id>/", secretaries.secretary_save, name="secretary_save"),
    path("me/secretaries/<int:duty_id>/end/", secretaries.secretary_end, name="secretary_end"),
    path("handovers/", handing_over.handovers, name="handovers"),
    path("handovers/<int:handover_id>/", handing_over.handover, name="handover"),
    path("handovers/<int:handover_id>/act/", handing_over.handover_act, name="handover_act"),
    path("directory/", directory.directory, name="directory"),
    path("directory/<int:person_id>/", directory.person_card, name="person"),
]
