"""People who speak about a topic by day, and the rises that somebody looks at."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("listening", "0006_know_the_improvement"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TopicAlert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="Of the topic, through versions of the list.", max_length=40
                    ),
                ),
                ("first_on", models.DateField(verbose_name="first day")),
                ("last_on", models.DateField(verbose_name="last day")),
                ("peak_on", models.DateField(verbose_name="strongest day")),
                ("people", models.PositiveIntegerField(verbose_name="people on the strongest day")),
                (
                    "expected",
                    models.FloatField(help_text="Mean of the 28 days before the strongest day."),
                ),
                (
                    "chance",
                    models.FloatField(help_text="Of so many by accident, on the strongest day."),
                ),
                ("made_at", models.DateTimeField(verbose_name="found")),
                ("seen_at", models.DateTimeField(blank=True, null=True, verbose_name="seen")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("acted", "Something was done"),
                            ("watched", "It is being watched"),
                            ("nothing", "No event: a false alarm"),
                        ],
                        max_length=8,
                        verbose_name="what came of it",
                    ),
                ),
                ("action", models.TextField(blank=True, verbose_name="what was done")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                (
                    "seen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="listening.topic",
                        verbose_name="topic",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agency.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "rise of a topic",
                "verbose_name_plural": "rises of topics",
                "ordering": ["-first_on", "-pk"],
                "indexes": [
                    models.Index(fields=["unit", "-first_on", "-id"], name="topic_alert_newest"),
                    models.Index(
                        condition=models.Q(("settled_at", None)),
                        fields=["unit", "-first_on", "-id"],
                        name="topic_alert_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "code", "first_on"), name="topic_alert_once_a_period"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_on__lte", models.F("peak_on")),
                            ("peak_on__lte", models.F("last_on")),
                        ),
                        name="topic_alert_days_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("action", ""),
                                ("outcome", ""),
                                ("settled_at", None),
                                ("settled_by", None),
                            ),
                            models.Q(
                                ("seen_at__isnull", False),
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                                models.Q(("outcome", ""), _negated=True),
                                models.Q(("action", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="topic_alert_settled_says_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TopicDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="topic")),
                ("day", models.DateField(verbose_name="day")),
                ("people", models.PositiveIntegerField(verbose_name="people")),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="agency.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "day of a topic",
                "verbose_name_plural": "days of topics",
                "ordering": ["day", "code"],
                "indexes": [
                    models.Index(
                        fields=["unit", "day"], include=("code", "people"), name="topic_day_of"
                    ),
                    models.Index(fields=["day"], name="topic_day_by_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "code", "day"), name="topic_day_once")
                ],
            },
        ),
    ]
