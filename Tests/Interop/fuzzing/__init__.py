"""What `mlflow_fuzz.py` sends."""
