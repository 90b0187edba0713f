"""Addresses of 消息."""

from django.urls import path

from apps.messaging.views import acts, pages, transcripts

app_name = "messaging"
urlpatterns = [
    path("messages/", pages.home, name="home"),
    path("messages/rows/", pages.rows, name="rows"),
    path("messages/new/", acts.new, name="new"),
    path("messages/unit/", acts.unit_group, name="unit_group"),
    path("messages/search/", pages.search, name="search"),
    path("messages/direct/<int:person_id>/", acts.direct, name="direct"),
    path("messages/card/<str:kind>/<int:subject_id>/", pages.card, name="card"),
    path("messages/<int:conversation_id>/", pages.room, name="room"),
    path("messages/<int:conversation_id>/side/", pages.side, name="side"),
    path("messages/<int:conversation_id>/<int:seq>/readers/", pages.readers, name="readers"),
    path("messages/<int:conversation_id>/update/", acts.update, name="update"),
    path("messages/<int:conversation_id>/members/", acts.add_members, name="members_add"),
    path(
        "messages/<int:conversation_id>/members/<int:person_id>/remove/",
        acts.remove_member,
        name="member_remove",
    ),
    path("messages/<int:conversation_id>/members/<int:person_id>/role/", acts.set_role, name="member_role"),
    path("messages/<int:conversation_id>/leave/", acts.leave, name="leave"),
    path("messages/<int:conversation_id>/dissolve/", acts.dissolve, name="dissolve"),
    path("messages/<int:conversation_id>/bots/", acts.let_bot_in, name="bot_let_in"),
    path("messages/<int:conversation_id>/bots/<int:bot_id>/remove/", acts.put_bot_out, name="bot_put_out"),
    path("messages/<int:conversation_id>/setting/", acts.setting, name="setting"),
    path("messages/<int:conversation_id>/transcript/", transcripts.transcript_new, name="transcript_new"),
    path("messages/transcripts/", transcripts.transcript_list, name="transcripts"),
    path(
        "messages/transcripts/<int:transcript_id>/decide/",
        transcripts.transcript_decide,
        name="transcript_decide",
    ),
    path(
        "messages/transcripts/<int:transcript_id>/withdraw/",
        transcripts.transcript_withdraw,
        name="transcript_withdraw",
    ),
    path(
        "messages/transcripts/<int:transcript_id>/take/", transcripts.transcript_take, name="transcript_take"
    ),
]
