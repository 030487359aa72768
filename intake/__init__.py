"""The service: receive and walk, triage, tickets, queue, timers, alarms, delivery, console."""
