"""Content (nội dung) for its reviewers, and canned replies for their keepers."""
