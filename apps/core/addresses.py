"""From where a request comes, as far as it can be trusted."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104  # said of a request without an address, nothing is bound


def client_address(request: HttpRequest) -> str:
    """The peer, or what the outermost of our `TRUSTED_PROXIES` proxies saw; what strangers write into headers counts nothing."""
    found = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    proxies = settings.TRUSTED_PROXIES
    if proxies and len(hops) >= proxies:
        found = hops[-proxies]
    try:
        return str(ipaddress.ip_address(found))
    except ValueError:
        return UNKNOWN
