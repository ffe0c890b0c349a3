"""Improvements (การปรับปรุงบริการ): from what citizens said to a change that is measured and rolled out."""
