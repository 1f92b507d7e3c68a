"""What the model must do, measured on the shipped model."""
