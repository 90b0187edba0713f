"""How the API knows who asks. Apart from `core.api`, because DRF reads it while `APIView` is still being defined."""

from rest_framework import authentication
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    """Django's session with CSRF; answers 401 rather than 403 to strangers."""

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002  # DRF's signature
        """Make DRF answer 401."""
        return "Session"
