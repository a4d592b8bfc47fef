from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_organisation_validity'),
        ('taskbook', '0001_initial'),
    ]

    operations = [
        migrations.AddField('meeting', 'version', models.PositiveIntegerField(default=1)),
        migrations.AddField('project', 'version', models.PositiveIntegerField(default=1)),
        migrations.AddField('commitment', 'key', models.SlugField(blank=True, max_length=60, default=''), preserve_default=False),
        migrations.AddConstraint(
            'commitment',
            models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('goal', 'key'), name='commitment_key'),
        ),
    ]
