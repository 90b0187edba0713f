"""How the API reads what it is sent. Apart from `core.api`, because DRF reads it while `APIView` is still being defined."""

from typing import Any

from rest_framework import exceptions, parsers


class JSONParser(parsers.JSONParser):
    """JSON; a text nested deeper than can be read is as unreadable as a broken one."""

    def parse(self, *given: Any, **named: Any) -> Any:
        """What was sent. Raises `ParseError`."""
        try:
            return super().parse(*given, **named)
        except RecursionError:
            raise exceptions.ParseError from None
