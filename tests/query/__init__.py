"""Tests of timeline.query."""
