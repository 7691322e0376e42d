"""What a training run would do, told from its configuration and data without training."""
