"""The planner's page: move levers, see a run unfold week by week beside a baseline with the same luck, compare, download."""
