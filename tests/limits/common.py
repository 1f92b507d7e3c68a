"""What tests take from the validation that ships: mechanisms switched off by name, and worlds of identical people."""

from cocreate_sim.validation.reduced import PLAIN, alone, identical, issues, weeks_of

__all__ = ["PLAIN", "alone", "identical", "issues", "weeks_of"]
