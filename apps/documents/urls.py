"""Addresses of 办文."""

from django.urls import path

from apps.documents.views import (
    dealings,
    desk,
    incoming,
    incoming_acts,
    numbers,
    outgoing,
    outgoing_acts,
    outgoing_sheets,
    templates,
    urging,
    verification,
    versions,
)

app_name = "documents"
urlpatterns = [
    path("documents/outgoing/", outgoing.outgoing_list, name="outgoing_list"),
    path("documents/outgoing/export/", outgoing.outgoing_export, name="outgoing_export"),
    path("documents/outgoing/new/", outgoing.outgoing_new, name="outgoing_new"),
    path("documents/outgoing/<int:document_id>/", outgoing.outgoing_detail, name="outgoing_detail"),
    path("documents/outgoing/<int:document_id>/edit/", outgoing.outgoing_edit, name="outgoing_edit"),
    path(
        "documents/outgoing/<int:document_id>/versions/", versions.outgoing_versions, name="outgoing_versions"
    ),
    path("documents/outgoing/<int:document_id>/checks/", outgoing.outgoing_checks, name="outgoing_checks"),
    path(
        "documents/outgoing/<int:document_id>/files/",
        outgoing.outgoing_attachments,
        name="outgoing_attachments",
    ),
    path(
        "documents/outgoing/<int:document_id>/pages/", outgoing_sheets.outgoing_pages, name="outgoing_pages"
    ),
    path(
        "documents/outgoing/<int:document_id>/preview/<slug:digest>/<int:number>.png",
        outgoing_sheets.outgoing_preview,
        name="outgoing_preview",
    ),
    path("documents/outgoing/<int:document_id>/slip/", outgoing_sheets.outgoing_slip, name="outgoing_slip"),
    path("documents/outgoing/<int:document_id>/word/", outgoing_sheets.outgoing_word, name="outgoing_word"),
    path(
        "documents/outgoing/<int:document_id>/verify/",
        outgoing_sheets.outgoing_verify,
        name="outgoing_verify",
    ),
    path("documents/checks/", outgoing.checks_help, name="checks_help"),
    path("documents/verify/", verification.verify, name="verify"),
    path("documents/numbers/", numbers.numbers, name="numbers"),
    path("documents/numbers/export/", numbers.numbers_export, name="numbers_export"),
    path("documents/numbers/reserve/", numbers.numbers_reserve, name="numbers_reserve"),
    path("documents/numbers/<int:number_id>/void/", numbers.number_end, name="number_void"),
    path("documents/outgoing/<int:document_id>/copy/", outgoing_acts.outgoing_copy, name="outgoing_copy"),
    path(
        "documents/outgoing/<int:document_id>/delete/", outgoing_acts.outgoing_delete, name="outgoing_delete"
    ),
    path("documents/outgoing/<int:document_id>/dispatches/", incoming_acts.dispatches, name="dispatches"),
    path(
        "documents/outgoing/<int:document_id>/dispatches/<slug:act>/",
        incoming_acts.dispatch_act,
        name="dispatch_act",
    ),
    path("documents/incoming/", incoming.incoming_list, name="incoming_list"),
    path("documents/incoming/export/", incoming.incoming_export, name="incoming_export"),
    path("documents/incoming/new/", incoming.incoming_new, name="incoming_new"),
    path("documents/filters/", desk.saved_filter_add, name="saved_filter_add"),
    path("documents/filters/<int:filter_id>/forget/", desk.saved_filter_forget, name="saved_filter_forget"),
    path("documents/statistics/", desk.statistics, name="statistics"),
    path("documents/templates/", templates.templates_list, name="templates"),
    path("documents/templates/export/", templates.templates_export, name="templates_export"),
    path("documents/templates/new/", templates.template_new, name="template_new"),
    path("documents/templates/<int:template_id>/", templates.template_detail, name="template_detail"),
    path("documents/templates/<int:template_id>/edit/", templates.template_edit, name="template_edit"),
    path("documents/templates/<int:template_id>/begin/", templates.template_begin, name="template_begin"),
    path("documents/templates/<int:template_id>/<slug:act>/", templates.template_act, name="template_act"),
    path("documents/groups/", desk.groups, name="groups"),
    path("documents/groups/save/", desk.group_save, name="group_save"),
    path("documents/groups/<int:group_id>/forget/", desk.group_forget, name="group_forget"),
    path("documents/incoming/urging/", urging.urging, name="urging"),
    path("documents/incoming/urging/urge/", urging.urging_urge, name="urging_urge"),
    path("documents/incoming/urging/export/", urging.urging_export, name="urging_export"),
    path("documents/incoming/sheets/", urging.handling_sheets, name="handling_sheets"),
    path("documents/incoming/<int:incoming_id>/reply/", dealings.incoming_reply, name="incoming_reply"),
    path("documents/incoming/sign/", incoming_acts.incoming_sign_batch, name="incoming_sign_batch"),
    path("documents/incoming/<int:incoming_id>/", incoming.incoming_detail, name="incoming_detail"),
    path("documents/incoming/<int:incoming_id>/<slug:act>/", incoming_acts.incoming_act, name="incoming_act"),
    path("documents/outgoing/<int:document_id>/<slug:act>/", outgoing_acts.outgoing_act, name="outgoing_act"),
]
