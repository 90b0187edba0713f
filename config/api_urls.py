"""Addresses of the API and of the partners', version 1. Each app's views are listed here; schema and viewer are served locally."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from apps.accounts import api as accounts
from apps.documents import api as documents
from apps.files import api as files
from apps.integration import api as integration
from apps.messaging import api as messaging
from apps.portal import api as portal

conversation_patterns = [
    path("entries/", messaging.EntriesView.as_view(), name="entries"),
    path("messages/", messaging.MessagesView.as_view(), name="messages"),
    path("messages/<int:seq>/recall/", messaging.RecallView.as_view(), name="message_recall"),
    path("messages/<int:seq>/hide/", messaging.HideView.as_view(), name="message_hide"),
    path("messages/<int:seq>/receipt/", messaging.ReceiptView.as_view(), name="message_receipt"),
    path("messages/<int:seq>/remind/", messaging.RemindView.as_view(), name="message_remind"),
    path("read/", messaging.ReadView.as_view(), name="conversation_read"),
    path("states/", messaging.StatesView.as_view(), name="message_states"),
    path("presence/", messaging.PresenceView.as_view(), name="conversation_presence"),
    path("draft/", messaging.DraftView.as_view(), name="conversation_draft"),
]
v1_patterns: list[URLPattern | URLResolver] = [
    path("me/", accounts.MeView.as_view(), name="me"),
    path("units/", accounts.UnitsView.as_view(), name="units"),
    path("directory/", accounts.DirectoryView.as_view(), name="directory"),
    path("groups/", accounts.GroupsView.as_view(), name="groups"),
    path("recent/", accounts.RecentView.as_view(), name="recent"),
    path("tasks/", portal.TasksView.as_view(), name="tasks"),
    path("documents/", documents.DocumentsView.as_view(), name="documents"),
    path("documents/<int:document_id>/", documents.DocumentView.as_view(), name="document"),
    path("documents/templates/tidy/", documents.TemplateTidyView.as_view(), name="template_tidy"),
    path("documents/templates/import/", documents.TemplateImportView.as_view(), name="template_import"),
    path("documents/templates/pictures/", documents.TemplatePicturesView.as_view(), name="template_pictures"),
    path("documents/<int:document_id>/tidy/", documents.DocumentTidyView.as_view(), name="document_tidy"),
    path(
        "documents/<int:document_id>/import/", documents.DocumentImportView.as_view(), name="document_import"
    ),
    path(
        "documents/<int:document_id>/pictures/",
        documents.DocumentPicturesView.as_view(),
        name="document_pictures",
    ),
    path("people/", accounts.PeopleView.as_view(), name="people"),
    path("uploads/", files.UploadsView.as_view(), name="uploads"),
    path("uploads/<int:file_id>/", files.UploadView.as_view(), name="upload"),
    path("bot/conversations/", messaging.BotRoomsView.as_view(), name="bot_rooms"),
    path(
        "bot/conversations/<int:conversation_id>/messages/",
        messaging.BotMessagesView.as_view(),
        name="bot_messages",
    ),
    path("messaging/sync/", messaging.SyncView.as_view(), name="messaging_sync"),
    path("messaging/conversations/<int:conversation_id>/", include(conversation_patterns)),
]
partner_patterns = [
    path("system/", integration.SystemView.as_view(), name="partner_system"),
    path("todos/", integration.TodosView.as_view(), name="partner_todos"),
    path("todos/complete/", integration.TodosCompleteView.as_view(), name="partner_todos_complete"),
    path("todos/withdraw/", integration.TodosWithdrawView.as_view(), name="partner_todos_withdraw"),
]
app_name = "api"
urlpatterns = [
    path("v1/", include(v1_patterns)),
    path("partner/v1/", include(partner_patterns)),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
]
