"""Large capacity expansion programs, solved with the capacities that are built and proved for all others."""

from energyscope.backends.capacities.active import active_capacities

__all__ = ["active_capacities"]
