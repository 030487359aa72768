"""The addresses of the rota, of how staff are reached and of tests of the alarm."""

from intake.console import alarm_tests, called, contact, drills, rota_acts

ROUTES = (*rota_acts.ROUTES, *contact.ROUTES, *alarm_tests.ROUTES, *called.ROUTES, *drills.ROUTES)
