"""The script of `mlflow_differential.py`, a module for each part of the API."""
