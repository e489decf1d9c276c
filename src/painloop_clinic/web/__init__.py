"""What every page shares: the frame, the stylesheet, the chart loader, health, error pages and middleware."""
