"""What is invented and must not count: drills (diễn tập), and the year of data to look at."""
