"""Native formulations: models as Python functions from `ModelData` to `linopy.Model`, one package a family."""
