"""`/api/partner/v1/`: what registered systems may call. A key of their own, never a person's session."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import authentication, exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle

from apps.core.addresses import client_address
from apps.core.api import HouseAPIView
from apps.core.errors import Forbidden, ValidationFailed
from apps.integration import services
from apps.integration.boundaries import comes_from
from apps.integration.enums import Scope, TodoState
from apps.integration.models import PartnerSystem
from apps.integration.selectors.systems import system_of_token
from apps.integration.selectors.todos import todos_page
from apps.integration.services import RowResult, TodoRow
from apps.integration.services.todos import MOST_ROWS
from apps.workflow.models import Urgency

IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    location=OpenApiParameter.HEADER,
    description="同一请求重发时用同一个值，一天之内得到同样的应答",
)


@dataclass(frozen=True)
class PartnerCaller:
    """A system as the one who asks."""

    system: PartnerSystem
    is_authenticated: bool = True

    @property
    def pk(self) -> str:
        """For the count of calls."""
        return f"partner-{self.system.pk}"


class PartnerAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer <key id>.<secret>`; neither cookies nor sessions count here."""

    def authenticate(self, request: Request) -> tuple[PartnerCaller, None] | None:
        """The system of the key. A wrong key, a closed system and an address that is not listed are refused in words."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            return None
        system = system_of_token(token.strip())
        if system is None:
            raise exceptions.AuthenticationFailed
        if not system.is_enabled:
            raise Forbidden("本系统已停用，请联系平台管理员。", rule="disabled")
        address = client_address(request._request)  # noqa: SLF001  # DRF wraps it under no public name
        if not comes_from(address, system.addresses):
            raise Forbidden(f"来源地址 {address} 不在登记的范围内，请联系平台管理员。", rule="address")
        services.system_used(system=system)
        return PartnerCaller(system), None

    def authenticate_header(self, request: Request) -> str:  # DRF's signature
        """Make DRF answer 401."""
        return "Bearer"


class PartnerAuthenticationScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself, untyped
    """How the schema tells of the key."""

    target_class = PartnerAuthentication
    name = "partnerKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # the library's signature
        """A bearer key."""
        return {"type": "http", "scheme": "bearer", "description": "接入系统的密钥，由安全管理员签发"}


class PartnerThrottle(SimpleRateThrottle):
    """Each system's own limit a minute."""

    scope = "partners"

    def get_rate(self) -> str:
        """Replaced by the system's own in `allow_request`."""
        return "120/min"

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whether the system has not used up its minute."""
        self.num_requests = request.user.system.per_minute  # type: ignore[union-attr]  # PartnerAuthentication's caller
        return super().allow_request(request, view)

    def get_cache_key(self, request: Request, view: Any) -> str:  # DRF's signature
        """One count a system."""
        return f"throttle_{request.user.pk}"


class PartnerAPIView(HouseAPIView):
    """What registered systems may call."""

    authentication_classes = (PartnerAuthentication,)
    throttle_classes = (PartnerThrottle,)

    @property
    def system(self) -> PartnerSystem:
        """Who calls."""
        caller: Any = self.request.user
        system: PartnerSystem = caller.system
        return system

    def once(self, request: Request, perform: Callable[[], list[RowResult]]) -> Response:
        """Perform the request once under its `Idempotency-Key`; `Idempotent-Replay` says that the answer is an earlier one."""
        answer, is_new = services.answer_once(
            system=self.system,
            key=request.headers.get("Idempotency-Key", ""),
            request=[request.path, request.data],
            perform=lambda: {"results": [result.as_json() for result in perform()]},
        )
        return Response(answer, headers={} if is_new else {"Idempotent-Replay": "true"})


class ResultsOutput(serializers.Serializer[Any]):
    """A result a row, in the order of the rows."""

    class Result(serializers.Serializer[Any]):
        """`status`: created, updated, unchanged, done, withdrawn, or refused with `code` and `message`."""

        external_id = serializers.CharField()
        status = serializers.CharField()
        code = serializers.CharField(allow_blank=True)
        message = serializers.CharField(allow_blank=True)

    results = Result(many=True)


class SystemView(PartnerAPIView):
    """Who the key stands for."""

    class Output(serializers.Serializer[Any]):
        """What the system may do here."""

        name = serializers.CharField()
        organ = serializers.CharField(source="organ.short_name")
        scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
        per_minute = serializers.IntegerField()

    @extend_schema(operation_id="partner_system", responses=Output)
    def get(self, request: Request) -> Response:
        """To try the key out."""
        return Response(self.Output(self.system).data)


class TodosView(PartnerAPIView):
    """To-dos pushed, and read back."""

    class Row(serializers.Serializer[Any]):
        """One to-do for one person. Sent again under the same `external_id` it is brought up to date."""

        external_id = serializers.CharField(max_length=64)
        login_name = serializers.CharField(max_length=60, help_text="人员的登录名（统一身份账号）")
        title = serializers.CharField(max_length=200)
        link = serializers.CharField(max_length=500, help_text="办理页面，主机须已登记")
        source = serializers.CharField(  # type: ignore[assignment]  # a field of that name, not where it is read from
            max_length=40, required=False, allow_blank=True, default=""
        )
        urgency = serializers.ChoiceField(
            choices=[value for value in Urgency.values if value], required=False, allow_blank=True, default=""
        )
        due_at = serializers.DateTimeField(required=False, allow_null=True, default=None)

    class Input(serializers.Serializer[Any]):
        """Up to 200 to-dos."""

        def get_fields(self) -> dict[str, Any]:
            """Described whole; each row is checked by itself, so that one mistake refuses one row."""
            return {"todos": TodosView.Row(many=True)}

    class Output(serializers.Serializer[Any]):
        """One of the system's own as it stands."""

        external_id = serializers.CharField()
        login_name = serializers.CharField(source="person.login_name")
        title = serializers.CharField()
        urgency = serializers.CharField(allow_blank=True)
        due_at = serializers.DateTimeField(allow_null=True)
        state = serializers.ChoiceField(choices=TodoState.choices)
        ended_by = serializers.CharField(allow_blank=True)
        created_at = serializers.DateTimeField()
        updated_at = serializers.DateTimeField()
        ended_at = serializers.DateTimeField(allow_null=True)

    @extend_schema(
        operation_id="partner_todos_push", parameters=[IDEMPOTENCY], request=Input, responses=ResultsOutput
    )
    def post(self, request: Request) -> Response:
        """Push up to 200 to-dos; each row is taken or refused by itself."""
        rows = list(_rows(_listed(request, "todos")))
        return self.once(request, lambda: services.todos_push(system=self.system, rows=rows))

    @extend_schema(
        operation_id="partner_todos",
        parameters=[
            OpenApiParameter("state", OpenApiTypes.STR, enum=TodoState.values),
            OpenApiParameter("external_ids", OpenApiTypes.STR, description="以逗号分隔，最多 200 个"),
            OpenApiParameter("cursor", OpenApiTypes.STR, description="上一页给出的 next"),
        ],
        responses=Output(many=True),
    )
    def get(self, request: Request) -> Response:
        """The system's own, latest change first, 100 a page: `results`, `next`."""
        asked = request.query_params
        named = [part for part in asked.get("external_ids", "").replace("\x00", "").split(",") if part]
        page = todos_page(
            self.system,
            state=asked.get("state", ""),
            external_ids=named[:MOST_ROWS],
            cursor=asked.get("cursor", "")[:400],
        )
        return Response({"results": self.Output(page.rows, many=True).data, "next": page.next_cursor})


class IdsInput(serializers.Serializer[Any]):
    """Whose end is told."""

    external_ids = serializers.ListField(child=serializers.CharField(max_length=64), max_length=MOST_ROWS)


class TodosCompleteView(PartnerAPIView):
    """To-dos done over there."""

    @extend_schema(
        operation_id="partner_todos_complete",
        parameters=[IDEMPOTENCY],
        request=IdsInput,
        responses=ResultsOutput,
    )
    def post(self, request: Request) -> Response:
        """From 待办 to 已办."""
        asked = IdsInput(data=request.data)
        asked.is_valid(raise_exception=True)
        return self.once(request, lambda: services.todos_complete(system=self.system, **asked.validated_data))


class TodosWithdrawView(PartnerAPIView):
    """To-dos asked for no more."""

    class Input(IdsInput):
        """With the reason, which is kept."""

        reason = serializers.CharField(max_length=200)

    @extend_schema(
        operation_id="partner_todos_withdraw",
        parameters=[IDEMPOTENCY],
        request=Input,
        responses=ResultsOutput,
    )
    def post(self, request: Request) -> Response:
        """Off the lists."""
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        return self.once(request, lambda: services.todos_withdraw(system=self.system, **asked.validated_data))


def _listed(request: Request, name: str) -> list[Any]:
    found = request.data.get(name) if isinstance(request.data, dict) else None
    if not isinstance(found, list):
        raise ValidationFailed(f"请求须是含 {name} 列表的对象。")
    if len(found) > MOST_ROWS:
        raise ValidationFailed(f"一次须有 1 到 {MOST_ROWS} 条，现为 {len(found)} 条。")
    return found


def _rows(raw: list[Any]) -> Iterator[TodoRow | RowResult]:
    """Each row in its shape, or its refusal."""
    for one in raw:
        row = TodosView.Row(data=one)
        if row.is_valid():
            yield TodoRow(**row.validated_data)
            continue
        named = str(one.get("external_id", ""))[:64] if isinstance(one, dict) else ""
        words = "；".join(f"{field}：{' '.join(map(str, found))}" for field, found in row.errors.items())
        yield RowResult(external_id=named, status="refused", code="validation_failed", message=words[:400])
