"""Words of casework for templates."""
