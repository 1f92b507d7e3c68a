"""Agent-based simulation of grassroots governance: units, staff, participation, and how sure one may be."""

__version__ = "0.1.0"
