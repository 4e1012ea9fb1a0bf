"""The checks of `mlflow_suite.py`, a module for each idea."""
