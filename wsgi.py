"""The web application, for gunicorn and `flask run`."""

from app import create_app

app = create_app()
