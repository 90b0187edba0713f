"""Shapes of what the pages of 公文模板 ask and post."""

from django.http import QueryDict

from apps.documents.enums import DocumentType
from apps.documents.forms.outgoing import changes_from_form, number_of
from apps.documents.selectors.templates import TABS, TemplateFilter
from apps.documents.services.templates import TemplateWords


def template_filter_of(asked: QueryDict) -> TemplateFilter:
    """The query string as a filter; nonsense counts as no filter."""
    return TemplateFilter(
        tab=asked.get("tab", "") if asked.get("tab") in TABS else "offered",
        text=asked.get("q", "").strip()[:100],
        document_type=asked.get("type", "") if asked.get("type") in DocumentType.values else "",
    )


def words_of(form: QueryDict) -> TemplateWords:
    """What the form of a template says. Raises `ValidationFailed` as a draft's form does."""
    return TemplateWords(
        name=form.get("name", ""),
        keywords=form.get("keywords", ""),
        group_id=number_of(form, "group"),
        draft=changes_from_form(form),
    )
