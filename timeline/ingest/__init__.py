"""From a folder of evidence to stored events: parser registry, detection, pipeline."""
