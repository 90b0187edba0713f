"""First migrations whose tables are made whole, from the state they end in.

Django draws all models anew after each operation, which for a hundred and fifty of them is nearly all the time an empty
installation takes to begin. A first migration builds on nothing, so one drawing does.
"""

from typing import Any

from django.contrib.postgres.operations import CreateExtension
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

ACTING = (migrations.CreateModel, migrations.RunSQL, CreateExtension)


class WholeTables(migrations.Migration):
    """What is added to a table of the same migration (fields, indexes, constraints, triggers) comes with the table.

    For first migrations only: every operation names a model the migration itself creates.
    """

    initial = True

    def apply(
        self,
        project_state: ProjectState,
        schema_editor: BaseDatabaseSchemaEditor,
        collect_sql: bool = False,  # noqa: FBT001, FBT002  # Django's signature
    ) -> ProjectState:
        """The state after all operations, its tables made. SQL to be read only is told operation by operation."""
        if collect_sql:
            return super().apply(project_state, schema_editor, collect_sql)
        before = project_state.clone()
        drawn = vars(project_state).pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(self.app_label, project_state)
        if drawn is not None:  # the new ones are drawn beside the others, once, now that all is known
            made = [o.name_lower for o in self.operations if isinstance(o, migrations.CreateModel)]
            drawn.render_multiple([project_state.models[self.app_label, name] for name in made])
            vars(project_state)["apps"] = drawn
        for operation in self.operations:
            if isinstance(operation, ACTING):
                operation.database_forwards(self.app_label, schema_editor, before, project_state)
        return project_state


def added_elsewhere(migration: migrations.Migration) -> list[str]:
    """Models a first migration adds to without creating them: such a migration cannot be whole."""
    named: list[Any] = [o for o in migration.operations if not isinstance(o, ACTING)]
    made = {o.name_lower for o in migration.operations if isinstance(o, migrations.CreateModel)}
    return sorted({(o.model_name if hasattr(o, "model_name") else o.name).lower() for o in named} - made)
