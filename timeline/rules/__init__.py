"""What Leakline knows of providers, as data: packs of rules in YAML, read strictly."""
