"""Surveys (แบบสำรวจ): ask, collect and compute."""
