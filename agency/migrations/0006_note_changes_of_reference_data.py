"""Triggers that draw a new token when units, staff or calendars change (agency.reference)."""

from django.db import migrations, models

FUNCTION = """
CREATE FUNCTION agency_note_reference_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO agency_referencestate (id, token) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET token = excluded.token;
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER note_reference_change AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE{columns}
ON {table} FOR EACH STATEMENT EXECUTE FUNCTION agency_note_reference_change()
"""
# A log-in is no change: all columns but last_login and password.
STAFF_COLUMNS = """ OF username, first_name, last_name, email, is_active, is_staff, is_superuser,
    date_joined, unit_id, position, phone, roles, deputy_id, leave_from, leave_until, language,
    is_notified_by_email"""
TABLES = {
    "agency_unit": "",
    "agency_staff": STAFF_COLUMNS,
    "agency_calendar": "",
    "agency_calendarversion": "",
}


class Migration(migrations.Migration):
    """Adds the row of the token and its triggers."""

    dependencies = [("agency", "0005_name_types")]

    operations = [
        migrations.CreateModel(
            name="ReferenceState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.UUIDField()),
            ],
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION agency_note_reference_change()"),
        *(
            migrations.RunSQL(
                TRIGGER.format(table=table, columns=columns),
                f"DROP TRIGGER note_reference_change ON {table}",
            )
            for table, columns in TABLES.items()
        ),
        migrations.RunSQL(
            "INSERT INTO agency_referencestate (id, token) VALUES (1, gen_random_uuid())",
            migrations.RunSQL.noop,
        ),
    ]
