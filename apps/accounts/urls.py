"""Addresses of accounts: `sign_in_patterns` carry allauth's names, the rest the app's own."""

from allauth.account.views import logout
from django.urls import path

from apps.accounts.views import directory, me, sign_in, standing_in

app_name = "accounts"
sign_in_patterns = [
    path("login/", sign_in.sign_in, name="account_login"),
    path("logout/", logout, name="account_logout"),
]
urlpatterns = [
    path("demo/", sign_in.demo_gate, name="demo_gate"),
    path("me/", me.me, name="me"),
    path("me/post/", me.post_switch, name="post_switch"),
    path("me/password/", sign_in.password, name="password"),
    path("me/notice/", sign_in.notice_accept, name="notice_accept"),
    path("me/sessions/", me.sessions, name="sessions"),
    path("me/sessions/others/end/", me.sessions_finish_others, name="sessions_finish_others"),
    path("me/sessions/<int:session_id>/end/", me.session_finish, name="session_finish"),
    path("me/delegations/", standing_in.delegations, name="delegations"),
    path("me/delegations/<int:delegation_id>/revoke/", standing_in.delegation_end, name="delegation_end"),
    path("me/absences/", standing_in.absences, name="absences"),
    path("me/absences/<int:absence_id>/cancel/", standing_in.absence_end, name="absence_end"),
    path("directory/", directory.directory, name="directory"),
    path("directory/<int:person_id>/", directory.person_card, name="person"),
]
