"""Django with Channels: web sockets are only answered by a server of ASGI."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of

SITE = {
    "manage.py": (
        "import os\nimport sys\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
        "from django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n"
    ),
    "shop/__init__.py": "",
    "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\nASGI_APPLICATION = 'shop.asgi.application'\n",
    "shop/wsgi.py": "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
    "shop/asgi.py": "from channels.routing import ProtocolTypeRouter\napplication = ProtocolTypeRouter({})\n",
}
SERVERS = {
    "django\nchannels\ngunicorn\nuvicorn\n": "uvicorn shop.asgi:application --host 0.0.0.0 --port 8000",
    "django\nchannels[daphne]\ngunicorn\n": "daphne shop.asgi:application -b 0.0.0.0 -p 8000",
    "django\nchannels\ngunicorn\n": "gunicorn shop.wsgi:application --bind 0.0.0.0:8000",
    "django\ngunicorn\nuvicorn\n": "gunicorn shop.wsgi:application --bind 0.0.0.0:8000",
}


@pytest.mark.parametrize("requirements", SERVERS)
def test_channels_are_served_by_a_declared_server_that_speaks_to_them(requirements: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {**SITE, "requirements.txt": requirements})

    assert component.start_command == SERVERS[requirements]
