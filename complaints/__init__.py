"""Complaints (เรื่องร้องเรียน): from intake to an answer in time."""
