from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("taskbook", "0002_book_versions")]

    operations = [
        migrations.AddField("bulletin", "provisional", models.BooleanField(default=False)),
        migrations.AddField("bulletin", "content_digest", models.CharField(default="", max_length=64)),
        migrations.AddField("bulletin", "pdf_en", models.CharField(default="", max_length=200)),
        migrations.AddField("bulletin", "pdf_en_digest", models.CharField(default="", max_length=64)),
    ]
