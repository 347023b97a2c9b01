"""Where the packages are: pyproject.toml says the rest. ``models/`` is installed as ``fraudcheck.models``."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["fraudcheck*"]), "fraudcheck.models"],
    package_dir={"fraudcheck.models": "models"},
)
