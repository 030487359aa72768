"""How well an engine understands labelled messages (đánh giá): counts, bounds, tables."""
