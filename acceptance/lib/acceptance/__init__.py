"""What every acceptance needs: processes of its own, the packaged service, tokens, a recording relay, named checks."""
