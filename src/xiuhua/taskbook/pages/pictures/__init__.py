"""Figures as drawings: where each part stands in a picture. Templates draw it as SVG; nothing here knows of Django."""
