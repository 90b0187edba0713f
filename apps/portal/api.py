"""`/api/v1/tasks/`: the actor's to-dos, newest first, by cursor."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import HouseAPIView
from apps.portal.selectors import DeskQuery, desk_page


class TasksView(HouseAPIView):
    """Open to-dos of the person."""

    class Output(serializers.Serializer[Any]):
        """One to-do; `light` is over, near, good or none."""

        matter_id = serializers.IntegerField()
        title = serializers.CharField()
        url = serializers.CharField()
        category = serializers.CharField()
        urgency = serializers.CharField(allow_blank=True)
        origin = serializers.CharField()
        number = serializers.CharField(allow_blank=True)
        step = serializers.CharField()
        previous = serializers.CharField(allow_blank=True)
        arrived_at = serializers.DateTimeField(source="when")
        light = serializers.CharField(source="light.kind")
        is_unread = serializers.BooleanField()

    @extend_schema(responses=Output(many=True))
    def get(self, request: Request) -> Response:
        """One page: `results`, `next`, `previous` cursors."""
        page = desk_page(self.actor, DeskQuery(cursor=request.query_params.get("cursor", "")[:400]))
        rows = self.Output(page.rows, many=True).data
        return Response({"results": rows, "next": page.next_cursor, "previous": page.previous_cursor})
