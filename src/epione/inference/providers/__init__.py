"""What runs models: engines, the folder of weights, the way out to remote ones."""
