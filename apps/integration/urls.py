"""Addresses of integration's pages, and of the identity provider: the code flow alone, not all that allauth offers."""

from allauth.idp.oidc import views as provider
from django.urls import include, path

from apps.integration import views

app_name = "integration"
urlpatterns = [
    path("app-center/", views.center, name="center"),
    path("app-center/<int:system_id>/keep/", views.favourite_set, name="favourite_set"),
    path("app-center/<int:system_id>/move/", views.favourite_move, name="favourite_move"),
    path("partner/todos/<int:todo_id>/", views.todo, name="todo"),
    path("partner/todos/<int:todo_id>/dismiss/", views.todo_dismiss, name="todo_dismiss"),
    path("sign-on/", views.entering, name="entering"),
]
_oidc = [
    path(".well-known/openid-configuration", provider.configuration, name="configuration"),
    path(".well-known/jwks.json", provider.jwks, name="jwks"),
    path("identity/o/authorize", views.authorize, name="authorization"),
    path("identity/o/logout", views.sign_out, name="logout"),
    path("identity/o/api/token", provider.token, name="token"),
    path("identity/o/api/revoke", provider.revoke, name="revoke"),
    path("identity/o/api/userinfo", provider.user_info, name="userinfo"),
    path("identity/o/api/device", views.not_offered, name="device_code"),  # allauth asks for its name
]
provider_patterns = ([path("", include((_oidc, "oidc")))], "idp")
