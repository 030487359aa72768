"""The page of one ticket (phiếu): what it shows, what is written and changed there."""
