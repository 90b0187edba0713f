"""Addresses of 办文."""

from django.urls import path

from apps.documents.views import outgoing, outgoing_acts

app_name = "documents"
urlpatterns = [
    path("documents/outgoing/", outgoing.outgoing_list, name="outgoing_list"),
    path("documents/outgoing/export/", outgoing.outgoing_export, name="outgoing_export"),
    path("documents/outgoing/new/", outgoing.outgoing_new, name="outgoing_new"),
    path("documents/outgoing/<int:document_id>/", outgoing.outgoing_detail, name="outgoing_detail"),
    path("documents/outgoing/<int:document_id>/edit/", outgoing.outgoing_edit, name="outgoing_edit"),
    path("documents/outgoing/<int:document_id>/checks/", outgoing.outgoing_checks, name="outgoing_checks"),
    path(
        "documents/outgoing/<int:document_id>/files/",
        outgoing.outgoing_attachments,
        name="outgoing_attachments",
    ),
    path("documents/outgoing/<int:document_id>/copy/", outgoing_acts.outgoing_copy, name="outgoing_copy"),
    path(
        "documents/outgoing/<int:document_id>/delete/", outgoing_acts.outgoing_delete, name="outgoing_delete"
    ),
    path("documents/outgoing/<int:document_id>/<slug:act>/", outgoing_acts.outgoing_act, name="outgoing_act"),
]
