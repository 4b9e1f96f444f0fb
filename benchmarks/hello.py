"""The floor: a truly bare Flask."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
@app.get("/healthz")
def hello() -> str:
    """Answer with next to nothing."""
    return "hello"
