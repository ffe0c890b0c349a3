"""Listening (รับฟังเสียง): voices, hearings, insights."""
