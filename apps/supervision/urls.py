"""Addresses of supervision."""

from django.urls import path

from apps.supervision.views import board, items, plans, succession

app_name = "supervision"
urlpatterns = [
    path("supervision/", board.board, name="board"),
    path("supervision/items/", board.items, name="items"),
    path("supervision/items/export/", board.export, name="export"),
    path("supervision/items/batch/", board.batch, name="batch"),
    path("supervision/new/", items.new, name="new"),
    path("supervision/plan/", plans.plan, name="plan"),
    path("supervision/meetings/<int:meeting_id>/", items.from_meeting, name="from_meeting"),
    path("supervision/succession/", succession.succession, name="succession"),
    path("supervision/<int:item_id>/", items.item, name="item"),
    path("supervision/<int:item_id>/edit/", items.edit, name="edit"),
    path("supervision/<int:item_id>/parts/", items.split, name="split"),
    path("supervision/<int:item_id>/milestones/", items.milestone, name="milestone"),
    path("supervision/<int:item_id>/<slug:act>/", items.act, name="act"),
    path("supervision/lifecycle/", board.lifecycle, name="lifecycle"),
    path("supervision/summary/", board.summary, name="summary"),
    path("supervision/summary/word/", board.summary_word, name="summary_word"),
    path("supervision/notices/<int:notice_id>/", items.notice_paper, name="notice"),
    path("supervision/notices/<int:notice_id>/sign/", items.sign_notice, name="sign_notice"),
    path("supervision/reports/<int:report_id>/<slug:act>/", items.report_act, name="report_act"),
]
