"""The topic a voice had before it was classified anew, for 3.1-07."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('listening', '0008_erase_when_time_is_over'),
    ]

    operations = [
        migrations.CreateModel(
            name='TopicChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='changed')),
                ('earlier', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='listening.topic')),
                ('voice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topic_changes', to='listening.voice')),
            ],
            options={
                'verbose_name': 'earlier topic of a voice',
                'verbose_name_plural': 'earlier topics of voices',
                'ordering': ['voice', 'at', 'pk'],
                'indexes': [models.Index(fields=['at', 'id'], name='topic_change_by_time')],
            },
        ),
    ]
