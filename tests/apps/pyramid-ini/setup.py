from setuptools import setup

setup(
    name="guestbook",
    version="1.0",
    packages=["guestbook"],
    python_requires=">=3.10",
    install_requires=["pyramid", "waitress"],
    entry_points={"paste.app_factory": ["main = guestbook:main"]},
)
