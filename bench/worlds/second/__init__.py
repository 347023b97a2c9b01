"""Deployments and attacks by another hand than the detector's and than that of ``bench.worlds``."""
