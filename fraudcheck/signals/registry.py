"""Which signals are there? Every file of this folder that declares a ``SIGNAL``, in the order that verdicts have."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from fraudcheck import signals
from fraudcheck.signals import Signal


def _found() -> tuple[Signal, ...]:
    modules = [import_module(f"{signals.__name__}.{each.name}") for each in iter_modules(signals.__path__)]
    declared = [module.SIGNAL for module in modules if hasattr(module, "SIGNAL")]
    return tuple(sorted(declared, key=lambda signal: signal.order))


SIGNALS = _found()
