"""`/api/v1/documents/`: the actor's outgoing documents; drafts are made and saved here, with a version check."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import HouseAPIView
from apps.documents.enums import DocumentType
from apps.documents.forms.outgoing import changes_from
from apps.documents.models import OutgoingDocument
from apps.documents.selectors.checks import document_findings
from apps.documents.selectors.outgoing import (
    OutgoingFilter,
    document_for,
    documents_page,
)
from apps.documents.services.drafting import outgoing_autosave, outgoing_create
from apps.documents.services.importing import (
    body_tidy,
    manuscript_tidy,
    template_manuscript_tidy,
    template_tidy,
)
from apps.documents.services.pictures import picture_add, template_picture_add


def finding_rows(document: OutgoingDocument) -> list[dict[str, Any]]:
    """What the rules find, as the page shows it; `line` and `words` place it in the body."""
    return [
        {
            "rule": found.rule,
            "key": found.key,
            "severity": found.severity.value,
            "field": found.field,
            "message": found.message,
            "clause": found.clause,
            "line": found.place.line if found.place else None,
            "words": found.place.words if found.place else "",
        }
        for found in document_findings(document)
    ]


class DocumentsView(HouseAPIView):
    """The list, newest first, by cursor; POST makes a draft."""

    class Input(serializers.Serializer[Any]):
        """A new draft."""

        document_type = serializers.ChoiceField(choices=DocumentType.choices)
        key = serializers.CharField(max_length=64, required=False, allow_blank=True)

    class Output(serializers.Serializer[Any]):
        """A line of the list."""

        id = serializers.IntegerField()
        title = serializers.CharField()
        document_type = serializers.CharField()
        document_number = serializers.CharField()
        status = serializers.CharField()
        urgency = serializers.CharField()
        created_at = serializers.DateTimeField()

    @extend_schema(responses=Output(many=True))
    def get(self, request: Request) -> Response:
        """One page: `results`, `next`, `previous` cursors."""
        wanted = OutgoingFilter(
            tab=request.query_params.get("tab", "all"), text=request.query_params.get("q", "")[:100]
        )
        page = documents_page(self.actor, wanted, request.query_params.get("cursor", ""))
        rows = self.Output(page.rows, many=True).data
        return Response({"results": rows, "next": page.next_cursor, "previous": page.previous_cursor})

    @extend_schema(request=Input, responses={201: Output})
    def post(self, request: Request) -> Response:
        """A fresh draft of the actor's organ."""
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        document = outgoing_create(actor=self.actor, **asked.validated_data)
        return Response(self.Output(document).data, status=201)


class DocumentView(HouseAPIView):
    """One document; PUT saves a draft."""

    class Input(serializers.Serializer[Any]):
        """Changed fields; `expected_version` is the version the writer has seen."""

        expected_version = serializers.IntegerField(min_value=1)
        title = serializers.CharField(required=False, allow_blank=True)
        body = serializers.JSONField(required=False)

    class Output(serializers.Serializer[Any]):
        """The document as its writer needs it."""

        id = serializers.IntegerField()
        version = serializers.IntegerField()
        status = serializers.CharField()
        title = serializers.CharField()
        document_type = serializers.CharField()
        document_number = serializers.CharField()
        routing_direction = serializers.CharField()
        urgency = serializers.CharField()
        body = serializers.JSONField()

    @extend_schema(responses=Output)
    def get(self, request: Request, document_id: int) -> Response:
        """The document if the actor may see it."""
        document = document_for(self.actor, document_id)
        return Response({**self.Output(document).data, "findings": finding_rows(document)})

    @extend_schema(request=Input, responses=Output)
    def put(self, request: Request, document_id: int) -> Response:
        """Save; 409 with the present version when somebody saved since."""
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        document = outgoing_autosave(
            actor=self.actor,
            document_id=document_id,
            expected_version=asked.validated_data["expected_version"],
            changes=changes_from(dict(request.data)),
        )
        return Response({**self.Output(document).data, "findings": finding_rows(document)})


class TidiedOutput(serializers.Serializer[Any]):
    """A clean body, the text that `changes` are placed in, the body before, and what a file held that a body cannot."""

    body = serializers.JSONField()
    text = serializers.CharField()
    changes = serializers.JSONField()
    before = serializers.JSONField()
    left_out = serializers.ListField(child=serializers.CharField())


class DocumentTidyView(HouseAPIView):
    """一键排版 of a body; nothing is saved."""

    class Input(serializers.Serializer[Any]):
        """The body as it stands in the editor."""

        body = serializers.JSONField()

    @extend_schema(request=Input, responses=TidiedOutput)
    def post(self, request: Request, document_id: int) -> Response:
        """Headings renumbered, brackets, quotes, spaces and broken lines mended, each change listed."""
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        tidied = body_tidy(actor=self.actor, document_id=document_id, body=asked.validated_data["body"])
        return Response(TidiedOutput(tidied).data)


class TemplateTidyView(HouseAPIView):
    """一键排版 of a template's body; nothing is saved."""

    @extend_schema(request=DocumentTidyView.Input, responses=TidiedOutput)
    def post(self, request: Request) -> Response:
        """As for a draft."""
        asked = DocumentTidyView.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(TidiedOutput(template_tidy(actor=self.actor, body=asked.validated_data["body"])).data)


class DocumentImportView(HouseAPIView):
    """The words of a Word or text file for the editor; nothing is saved."""

    parser_classes = (MultiPartParser,)

    class Input(serializers.Serializer[Any]):
        """One file, .docx or .txt; with `body`, its words go behind that."""

        file = serializers.FileField(allow_empty_file=True)  # the service says it in words
        body = serializers.JSONField(required=False, binary=True)

    @extend_schema(request=Input, responses=TidiedOutput)
    def post(self, request: Request, document_id: int) -> Response:
        """The file's words as a clean body, with what was changed and what was left out."""
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        file = asked.validated_data["file"]
        tidied = manuscript_tidy(
            actor=self.actor,
            document_id=document_id,
            name=file.name,
            content=file.read(),
            behind=asked.validated_data.get("body"),
        )
        return Response(TidiedOutput(tidied).data)


class DocumentPicturesView(HouseAPIView):
    """Pictures for the body; one stands there once the body that names it is saved."""

    parser_classes = (MultiPartParser,)

    class Input(serializers.Serializer[Any]):
        """One picture, PNG, JPEG or BMP."""

        file = serializers.FileField(allow_empty_file=True)  # the service says it in words

    class Output(serializers.Serializer[Any]):
        """The file the body names."""

        file = serializers.IntegerField(source="pk")
        name = serializers.CharField()

    @extend_schema(request=Input, responses={201: Output})
    def post(self, request: Request, document_id: int) -> Response:
        """Take in a picture, fit for print."""
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        file = asked.validated_data["file"]
        taken = picture_add(actor=self.actor, document_id=document_id, name=file.name, content=file.read())
        return Response(self.Output(taken).data, status=201)


class TemplateImportView(HouseAPIView):
    """The words of a Word or text file for the editor of a template; nothing is saved."""

    parser_classes = (MultiPartParser,)

    @extend_schema(request=DocumentImportView.Input, responses=TidiedOutput)
    def post(self, request: Request) -> Response:
        """As for a draft."""
        asked = DocumentImportView.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        file = asked.validated_data["file"]
        tidied = template_manuscript_tidy(
            actor=self.actor, name=file.name, content=file.read(), behind=asked.validated_data.get("body")
        )
        return Response(TidiedOutput(tidied).data)


class TemplatePicturesView(HouseAPIView):
    """Pictures for the body of a template; one is the template's once that is saved."""

    parser_classes = (MultiPartParser,)

    @extend_schema(request=DocumentPicturesView.Input, responses={201: DocumentPicturesView.Output})
    def post(self, request: Request) -> Response:
        """As for a draft."""
        asked = DocumentPicturesView.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        file = asked.validated_data["file"]
        taken = template_picture_add(actor=self.actor, name=file.name, content=file.read())
        return Response(DocumentPicturesView.Output(taken).data, status=201)
