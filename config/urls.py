"""Addresses of the whole site; each app owns its prefix."""

from django.contrib import admin
from django.urls import include, path

from apps.accounts.urls import sign_in_patterns
from apps.integration.urls import provider_patterns

urlpatterns = [
    path("", include("apps.core.urls")),
    path("", include("apps.files.urls")),
    path("", include("apps.notifications.urls")),
    path("accounts/", include(sign_in_patterns)),
    path("", include("apps.accounts.urls")),
    path("api/", include("config.api_urls")),
    path("admin/", admin.site.urls),
    path("workflow/", include("apps.workflow.urls")),
    path("", include("apps.documents.urls")),
    path("", include("apps.messaging.urls")),
    path("", include("apps.meetings.urls")),
    path("", include("apps.duty.urls")),
    path("", include("apps.supervision.urls")),
    path("", include("apps.installation.urls")),
    path("", include("apps.affairs.urls")),
    path("", include("apps.briefings.urls")),
    path("", include("apps.integration.urls")),
    path("", include(provider_patterns)),
    path("", include("apps.portal.urls")),
]
handler404 = "apps.core.views.page_not_found"
handler500 = "apps.core.views.server_error"
