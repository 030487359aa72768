"""The addresses of the rota, of how staff are reached and of tests of the alarm."""

from intake.console.rota import acts, alarm_tests, called, contact, drills

ROUTES = (*acts.ROUTES, *contact.ROUTES, *alarm_tests.ROUTES, *called.ROUTES, *drills.ROUTES)
