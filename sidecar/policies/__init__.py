"""Policies as YAML files, for review in git and for the way from staging to production."""
