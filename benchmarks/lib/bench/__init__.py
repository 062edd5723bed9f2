"""What the benchmarks share: a generated catalog behind a fake Langflow, checked load, and the OS's own figures."""
