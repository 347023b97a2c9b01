"""Which platforms are there? Every file of this folder that declares a ``PLATFORM``, by its name."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from fraudcheck.intake import forms
from fraudcheck.intake.forms import Platform


def _found() -> dict[str, Platform]:
    modules = [import_module(f"{forms.__name__}.{each.name}") for each in iter_modules(forms.__path__)]
    return {module.PLATFORM.name: module.PLATFORM for module in modules if hasattr(module, "PLATFORM")}


PLATFORMS = _found()
