import os

from shop import create_app

TOKEN = os.environ["TEST_TOKEN"]


def test_index():
    assert create_app().test_client().get("/").status_code == 200
