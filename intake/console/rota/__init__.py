"""The rota (lịch trực), how staff are reached, tests of the alarm, drills."""
