"""The trigger that draws a new token when standards change (agency.reference)."""

from django.db import migrations


class Migration(migrations.Migration):
    """Adds the trigger."""

    dependencies = [
        ("agency", "0006_note_changes_of_reference_data"),
        ("complaints", "0002_read_past_months_by_index"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER note_reference_change AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE"
            " ON complaints_policy FOR EACH STATEMENT"
            " EXECUTE FUNCTION agency_note_reference_change()",
            "DROP TRIGGER note_reference_change ON complaints_policy",
        )
    ]
