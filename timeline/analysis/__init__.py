"""What a leak asks, answered from the events of a case: pure functions over what `timeline.analysis.facts` offers."""
