"""Made-up deployments of sales leads, written without knowledge of the detector: see README.md."""
