"""The scoring API beside frameworks that serve models: BentoML, MLServer and mlflow."""
