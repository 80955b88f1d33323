"""The application for a WSGI server: ``gunicorn service.wsgi:app``."""

from service.bootstrap import build_services
from service.config import Settings
from service.web.app import create_app

app = create_app(build_services(Settings.from_env()))
