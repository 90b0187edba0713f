"""How the API describes itself: serializers nested in views carry the view's name, the session is named as the key."""

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.serializers import Serializer


class HouseSchema(AutoSchema):
    """`DocumentsView.Output` is described as `DocumentsOutput`: every endpoint has its own `Input` and `Output`."""

    def get_serializer_name(self, serializer: Serializer[object], direction: str) -> str:  # noqa: ARG002  # spectacular's signature
        """The qualified name, without the word `View`."""
        return "".join(part.removesuffix("View") for part in type(serializer).__qualname__.split("."))


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # spectacular registers subclasses untyped
    """Our session authentication is the browser's cookie."""

    target_class = "apps.core.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002  # spectacular's signature
        """A cookie."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
