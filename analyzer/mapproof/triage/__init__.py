"""What people decided about findings, what a baseline knows, and how two runs differ; it judges none itself."""
