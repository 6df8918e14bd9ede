"""The HTTP endpoint: routes, queue, and the worker that holds the model."""
