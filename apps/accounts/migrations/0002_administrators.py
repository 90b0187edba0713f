"""The three administrators' groups; their powers are declared in code (`apps.accounts.administration`)."""

from django.db import migrations

NAMES = ("sysadmin", "secadmin", "auditadmin")


def create(apps, schema_editor):  # noqa: ARG001  # Django's signature
    group = apps.get_model("auth", "Group")
    for name in NAMES:
        group.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
