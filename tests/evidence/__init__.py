"""Tests of timeline.evidence."""
