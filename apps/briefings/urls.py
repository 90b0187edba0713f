"""Addresses of information reporting."""

from django.urls import path

from apps.briefings.views import bulletins, commissions, desk, items, scores

app_name = "briefings"
urlpatterns = [
    path("briefings/", items.item_list, name="items"),
    path("briefings/export/", items.export, name="export"),
    path("briefings/new/", items.new, name="new"),
    path("briefings/<int:item_id>/", items.item, name="item"),
    path("briefings/<int:item_id>/edit/", items.edit, name="edit"),
    path("briefings/<int:item_id>/do/<slug:act>/", items.act, name="act"),
    path("briefings/desk/", desk.desk, name="desk"),
    path("briefings/desk/combine/", desk.combine, name="combine"),
    path("briefings/adoptions/", desk.adoption_list, name="adoptions"),
    path("briefings/adoptions/<int:adoption_id>/", desk.adoption, name="adoption"),
    path("briefings/adoptions/<int:adoption_id>/use/", scores.use_record, name="use_record"),
    path("briefings/scores/", scores.scores, name="scores"),
    path("briefings/scores/export/", scores.scores_export, name="scores_export"),
    path("briefings/scores/rules/", scores.rules, name="rules"),
    path("briefings/scores/<int:record_id>/cancel/", scores.score_cancel, name="score_cancel"),
    path("briefings/commissions/", commissions.commission_list, name="commissions"),
    path("briefings/commissions/new/", commissions.commission_new, name="commission_new"),
    path("briefings/commissions/<int:commission_id>/", commissions.commission, name="commission"),
    path(
        "briefings/commissions/<int:commission_id>/edit/", commissions.commission_edit, name="commission_edit"
    ),
    path(
        "briefings/commissions/<int:commission_id>/export/",
        commissions.commission_export,
        name="commission_export",
    ),
    path(
        "briefings/commissions/<int:commission_id>/do/<slug:act>/",
        commissions.commission_act,
        name="commission_act",
    ),
    path("briefings/issues/", bulletins.issue_list, name="issues"),
    path("briefings/issues/new/", bulletins.issue_begin, name="issue_begin"),
    path("briefings/issues/series/", bulletins.bulletin_keep, name="bulletin_keep"),
    path("briefings/issues/<int:issue_id>/", bulletins.issue, name="issue"),
    path("briefings/issues/<int:issue_id>/paper/", bulletins.paper, name="paper"),
    path("briefings/issues/<int:issue_id>/do/<slug:act>/", bulletins.issue_act, name="issue_act"),
    path(
        "briefings/instructions/<int:instruction_id>/cancel/",
        bulletins.instruction_cancel,
        name="instruction_cancel",
    ),
]
