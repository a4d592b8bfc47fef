"""The WSGI application that granian serves."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.urls import get_resolver

from xiuhua.conf.doors import Doors
from xiuhua.foundation.checkpoints import keep_short

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiuhua.conf.settings")
application = Doors(get_wsgi_application())
if connection.vendor == "sqlite":
    keep_short(str(settings.DATABASES["default"]["NAME"]))
# Keys with the rights of their accounts, and categories, standards and units, are asked for once a second, not in each
# request. Models can be imported only now.
import_module("xiuhua.people.api_keys").remember(seconds=1.0)
import_module("xiuhua.foundation.single").remember(seconds=1.0)
_ = get_resolver().url_patterns  # imports every page and endpoint now, not in the first request
# What is loaded by now stays: the search for garbage need not walk through it again and again.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
