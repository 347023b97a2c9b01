"""The models that ship, each a folder with artefact, manifest and card; installed as ``fraudcheck.models``."""
