"""The shell: base templates, static files, the map element, the portal."""
