"""How pushed to-dos show themselves to other apps."""

from django.urls import reverse

from apps.core.subjects import SubjectKind
from apps.integration.policies import TODO_KIND
from apps.integration.selectors.todos import can_view_todo, todo_title

TODO = SubjectKind(
    kind=TODO_KIND,
    name="外部待办",
    icon="plug-connected",
    title=todo_title,
    url=lambda todo_id: reverse("integration:todo", args=[todo_id]),
    can_view=can_view_todo,
)
