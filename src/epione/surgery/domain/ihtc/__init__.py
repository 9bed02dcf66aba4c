"""The public format of the Integrated Healthcare Timetabling Competition 2024: instances, solutions, their cost.

Source of rules and formats: Ceschia, Rosati, Schaerf, Smet, Vanden Berghe, Zanazzo, problem description of the
competition, 2024. Admission day, room and theatre of each patient, and a nurse for each room and shift.
"""
