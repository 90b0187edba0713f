"""Resumable uploads: POST begins, PATCH appends at `Upload-Offset`, GET tells where to go on, DELETE gives up or removes.

After the last byte the answer is `ready`, `checking` (ask again by GET) or an error `file_refused` with the reason.
"""

from typing import IO, Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import HouseAPIView
from apps.core.errors import TooLarge, ValidationFailed
from apps.core.parsing import JSONParser
from apps.core.subjects import Subject
from apps.files import services
from apps.files.enums import UploadPurpose
from apps.files.errors import FileRefused
from apps.files.models import StoredFile
from apps.files.selectors import upload_for

CHUNK_BYTES = 4 * 1024 * 1024


class ChunkParser(BaseParser):
    """A raw piece of a file, at most `CHUNK_BYTES` long."""

    media_type = "application/octet-stream"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        """The bytes. Raises `TooLarge` without reading on."""
        chunk: bytes = stream.read(CHUNK_BYTES + 1)
        if len(chunk) > CHUNK_BYTES:
            raise TooLarge(f"每次最多发送 {CHUNK_BYTES // 1024 // 1024} MB，请分段上传。", limit=CHUNK_BYTES)
        return chunk


class UploadInput(serializers.Serializer[Any]):
    """What is about to be sent, and for which subject."""

    subject_kind = serializers.CharField(max_length=40)
    subject_id = serializers.IntegerField(min_value=1)
    purpose = serializers.ChoiceField(UploadPurpose.choices, default=UploadPurpose.ATTACHMENT)
    name = serializers.CharField(max_length=400, trim_whitespace=False)
    size = serializers.IntegerField(min_value=0, max_value=2**50)


class UploadOutput(serializers.Serializer[Any]):
    """Where an upload stands; send on from `offset`, at most `chunk_size` at a time."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    offset = serializers.IntegerField(source="received")
    state = serializers.ChoiceField(StoredFile.State.choices)
    refusal = serializers.CharField()
    content_type = serializers.CharField()
    url = serializers.SerializerMethodField()
    chunk_size = serializers.SerializerMethodField()
    limit_bytes = serializers.SerializerMethodField()

    def get_url(self, file: StoredFile) -> str:
        """Address of the download."""
        return reverse("files:download", args=[file.pk])

    def get_chunk_size(self, _file: StoredFile) -> int:
        """Longest piece accepted."""
        return CHUNK_BYTES

    def get_limit_bytes(self, _file: StoredFile) -> int:
        """Largest file accepted."""
        return settings.UPLOAD_LIMIT_BYTES


class UploadsView(HouseAPIView):
    """Begin an upload."""

    @extend_schema(operation_id="upload_start", request=UploadInput, responses={201: UploadOutput})
    def post(self, request: Request) -> Response:
        """Begin: refused early by right, size, name and extension."""
        form = UploadInput(data=request.data)
        form.is_valid(raise_exception=True)
        values = form.validated_data
        file = services.upload_start(
            actor=self.actor,
            subject=Subject(values["subject_kind"], values["subject_id"]),
            purpose=values["purpose"],
            name=values["name"],
            size=values["size"],
        )
        return Response(UploadOutput(file).data, status=status.HTTP_201_CREATED)


class UploadView(HouseAPIView):
    """One upload of the asking person."""

    parser_classes = [ChunkParser, JSONParser]

    @extend_schema(operation_id="upload_state", responses=UploadOutput)
    def get(self, request: Request, file_id: int) -> Response:
        """Where it stands."""
        return self._told(upload_for(self.actor, file_id), as_error=False)

    @extend_schema(
        operation_id="upload_append",
        parameters=[
            OpenApiParameter("Upload-Offset", OpenApiTypes.INT, OpenApiParameter.HEADER, required=True)
        ],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses=UploadOutput,
    )
    def patch(self, request: Request, file_id: int) -> Response:
        """Append; after the last byte the file is inspected."""
        offset = request.headers.get("Upload-Offset", "")
        chunk: object = request.data
        if not (offset.isascii() and offset.isdigit() and len(offset) < 16 and isinstance(chunk, bytes)):
            raise ValidationFailed("缺少 Upload-Offset 或内容类型不是 application/octet-stream。")
        file = services.upload_append(actor=self.actor, file_id=file_id, offset=int(offset), chunk=chunk)
        if file.received == file.size:
            file = services.upload_finish(actor=self.actor, file_id=file_id)
        return self._told(file, as_error=True)

    @extend_schema(operation_id="upload_remove", responses={204: None})
    def delete(self, request: Request, file_id: int) -> Response:
        """Give up an unfinished upload, or take a finished file away from its subject."""
        services.file_withdraw(actor=self.actor, file_id=file_id)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _told(self, file: StoredFile, *, as_error: bool) -> Response:
        if as_error and file.state == StoredFile.State.REFUSED:
            raise FileRefused(file.refusal, file=file.pk)
        return Response(UploadOutput(file).data)
