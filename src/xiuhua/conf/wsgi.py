"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiuhua.conf.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns  # imports every page and endpoint now, not in the first request
# What is loaded by now stays: the search for garbage need not walk through it again and again.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
