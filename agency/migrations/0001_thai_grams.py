"""The trigram function for searching inside unbroken Thai text (docs/adr/0004)."""

from django.db import migrations

CREATE = r"""
CREATE FUNCTION th_grams(body text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT coalesce(array_agg(DISTINCT substr(run[1], start, 3)), '{}')
    FROM regexp_matches(body, '[[:alnum:]\u0e00-\u0e7f]{3,}', 'g') AS run,
         generate_series(1, length(run[1]) - 2) AS start
$$
"""


class Migration(migrations.Migration):
    """Creates th_grams()."""

    initial = True
    dependencies = []
    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION th_grams(text)")]
