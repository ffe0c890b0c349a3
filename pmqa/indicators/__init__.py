"""The indicators of PMQA category 3: what they mean and their values for a period, cut-off and unit."""
