from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_cache_table'),
    ]

    operations = [
        migrations.AddField('organisation', 'successors', models.CharField(blank=True, max_length=400, default=''), preserve_default=False),
        migrations.AddField('organisation', 'valid_from', models.DateField(blank=True, null=True)),
        migrations.AddField('organisation', 'valid_to', models.DateField(blank=True, null=True)),
    ]
