"""What the search in titles and numbers is made of: a text folded, and its characters and pairs of neighbours as numbers."""

from django.db import migrations

FOLDED = """
CREATE FUNCTION text_folded(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT btrim(regexp_replace(lower(normalize(given, NFKC)), '\\s+', ' ', 'g'))
$$
"""
# a character is its code point, a pair the first in the upper and the second in the lower half (`core.words.word_numbers`)
WORDS = """
CREATE FUNCTION text_words(folded text) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT number), '{}') FROM (
    SELECT point, lead(point) OVER (ORDER BY place) AS following FROM (
      SELECT ascii(sign) & 65535 AS point, place
      FROM unnest(string_to_array(left(folded, 2000), NULL)) WITH ORDINALITY AS signs(sign, place)
    ) AS points
  ) AS pairs, LATERAL (
    VALUES (CASE WHEN point <> 32 THEN point END), (CASE WHEN point <> 32 AND following <> 32 THEN point << 16 | following END)
  ) AS numbers(number)
  WHERE number IS NOT NULL
$$
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_submission_made")]

    operations = [
        migrations.RunSQL(FOLDED, "DROP FUNCTION text_folded(text)"),
        migrations.RunSQL(WORDS, "DROP FUNCTION text_words(text)"),
    ]
