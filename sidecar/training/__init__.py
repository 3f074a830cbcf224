"""Training with pandas and scikit-learn; never imported by a worker."""
