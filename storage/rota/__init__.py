"""The rota (lịch trực): planned shifts, substitutes, who is on duty, their telephones."""
