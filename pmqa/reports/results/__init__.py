"""Results, item 7.2: five results over three fiscal years against this year's target (DOMAIN section 1)."""
