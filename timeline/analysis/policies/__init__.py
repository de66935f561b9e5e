"""Who may do what, by the policies and grants that providers log: evaluated, never matched by substring."""
