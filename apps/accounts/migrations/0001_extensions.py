"""PostgreSQL extensions the tables below need."""

from django.contrib.postgres.operations import BtreeGinExtension, BtreeGistExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Trigram search over names; mixed indexes."""

    initial = True
    dependencies = []
    operations = [TrigramExtension(), BtreeGinExtension(), BtreeGistExtension()]
