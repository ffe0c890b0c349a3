"""Analyses count slices of voices out of one covering index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("listening", "0004_remember_segments_and_openings")]

    operations = [
        migrations.AddIndex(
            model_name="voice",
            index=models.Index(
                fields=["received_at"],
                include=["unit", "topic", "service", "segment", "channel", "province", "sentiment"],
                name="voice_analysis",
            ),
        ),
    ]
