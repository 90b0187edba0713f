"""What is searched of the numbers there are."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("documents", "0006_words_of_numbers")]

    operations = [
        migrations.RunSQL("UPDATE documents_documentnumber SET serial = serial", migrations.RunSQL.noop)
    ]
