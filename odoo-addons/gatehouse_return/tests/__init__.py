from . import test_ingest_email
