"""The commands below ``acpitools aml``."""
