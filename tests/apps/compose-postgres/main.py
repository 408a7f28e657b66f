import os

from flask import Flask

app = Flask(__name__)
DATABASE_URL = os.environ["DATABASE_URL"]


@app.get("/")
def index():
    return "compose-postgres knows where its database is\n"
